// Virtual rows, with the types that Preact gives to references.
import type { ComponentChildren, JSX, Ref } from "preact";
import { VList, type VListHandle } from "virtua";

interface Props<T = unknown> extends Omit<JSX.HTMLAttributes<HTMLDivElement>, "ref" | "onScroll" | "children"> {
  ref?: Ref<VListHandle>;
  /** What is shown; without it the children are the rows themselves. */
  data?: readonly T[];
  /** The rows, or, where there may be very many, what makes the row of an entry of `data` when it is seen. */
  children: ComponentChildren[] | ((entry: T, number: number) => ComponentChildren);
  /** The usual height of a row, in pixels. */
  itemSize?: number;
  onScroll?: (offset: number) => void;
}

export const Rows = VList as unknown as <T>(props: Props<T>) => JSX.Element;
export type { VListHandle as RowsHandle };
