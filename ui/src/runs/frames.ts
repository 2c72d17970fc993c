// Frames of an exception: what is the user's own and what is not.
import type { ErrorView, FrameView } from "../data/contract";

/** Neighbouring frames that are not the user's own become one group. */
export function fold(frames: FrameView[]): (FrameView | FrameView[])[] {
  const folded: (FrameView | FrameView[])[] = [];
  for (const frame of frames) {
    const last = folded.at(-1);
    if (frame.is_user) folded.push(frame);
    else if (Array.isArray(last)) last.push(frame);
    else folded.push([frame]);
  }
  return folded;
}

/** What the code itself raised: exceptions around it say only where, which the page says already. */
export function rootOf(error: ErrorView): ErrorView {
  return error.cause && !error.frames.some((frame) => frame.is_user) ? rootOf(error.cause) : error;
}
