// Lays graphs out off the main thread.
import { layOut, type LayoutInput } from "./layout";

addEventListener("message", (event: MessageEvent<{ id: number; input: LayoutInput }>) => {
  const layout = layOut(event.data.input);
  postMessage({ id: event.data.id, layout });
});
