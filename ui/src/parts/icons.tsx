// Icons of the frame, drawn on a 16 grid with one stroke width.
const PATHS = {
  home: "M2.5 7.5 8 3l5.5 4.5V13h-4V9.5h-3V13h-4z",
  assets: "M2.5 4.5 8 2l5.5 2.5L8 7zM2.5 8 8 10.5 13.5 8M2.5 11.5 8 14l5.5-2.5",
  graph: "M5 8h2.5M7.5 8c2 0 1.5-4 3.5-4M7.5 8c2 0 1.5 4 3.5 4M2 6.5h3v3H2zM11 2.5h3v3h-3zM11 10.5h3v3h-3z",
  runs: "M2.5 4h6M5 8h6M8 12h5.5",
  jobs: "M2.5 5.5h11v8h-11zM6 5.5V3h4v2.5M2.5 9h11",
  automation: "M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zM8 5v3l2.2 1.6",
  system: "M2.5 3h11v4h-11zM2.5 9h11v4h-11zM5 5h.1M5 11h.1",
  search: "M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.3 10.3l3.5 3.5",
  settings: "M3 4.5h6M12 4.5h1M3 11.5h1M7 11.5h6M10.5 3v3M5.5 10v3",
  brand: "M4 3v5a2 2 0 0 0 4 0V3m0 5a2 2 0 0 0 4 0V3M2.5 13h11",
  close: "m4 4 8 8M12 4l-8 8",
  copy: "M5.5 5.5h7v8h-7zM3.5 10.5v-8h7",
  more: "M3.5 8h.1M8 8h.1M12.5 8h.1",
  down: "m4 6 4 4 4-4",
  right: "m6 4 4 4-4 4",
  link: "M6.5 9.5 10 6M7 5l1.5-1.5a2.8 2.8 0 0 1 4 4L11 9M9 11l-1.5 1.5a2.8 2.8 0 0 1-4-4L5 7",
  sun: "M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6zM8 1.5v1.2M8 13.3v1.2M1.5 8h1.2M13.3 8h1.2M3.4 3.4l.9.9M11.7 11.7l.9.9M12.6 3.4l-.9.9M4.3 11.7l-.9.9",
} as const;

export type IconName = keyof typeof PATHS;

/** An icon; it is decoration, its button or link carries the words. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg
      class="icon"
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      stroke-width="1.4"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
