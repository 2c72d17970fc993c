// Virtual rows, with the types that Preact gives to references.
import type { ComponentChildren, FunctionComponent, JSX, Ref } from "preact";
import { VList, type VListHandle } from "virtua";

interface Props extends Omit<JSX.HTMLAttributes<HTMLDivElement>, "ref" | "onScroll" | "children"> {
  ref?: Ref<VListHandle>;
  children: ComponentChildren[];
  /** The usual height of a row, in pixels. */
  itemSize?: number;
  onScroll?: (offset: number) => void;
}

export const Rows = VList as unknown as FunctionComponent<Props>;
export type { VListHandle as RowsHandle };
