// SPDX-License-Identifier: Apache-2.0
// Icon - line drawings on a 24 by 24 grid. Decoration beside a word, never instead of one, hence hidden from screen readers.

const shapes = {
  check: "M5 12.5l4.5 4.5L19 7.5",
  checkCircle: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM8 12.3l2.8 2.8L16 9.8",
  power: "M12 3v8M6.6 6.8a8 8 0 1 0 10.8 0",
  chip: "M7 7h10v10H7zM10 3v4M14 3v4M10 17v4M14 17v4M3 10h4M3 14h4M17 10h4M17 14h4",
  play: "M8 5.5v13l10.5-6.5z",
  hourglass: "M7 4h10M7 20h10M8 4c0 5 8 5 8 8s-8 3-8 8M16 4c0 5-8 5-8 8s8 3 8 8",
  alert: "M12 4L2.8 19.5h18.4zM12 10v4.5M12 17.2v.1",
  stop: "M8.2 3.5h7.6l4.7 4.7v7.6l-4.7 4.7H8.2l-4.7-4.7V8.2zM12 8v5M12 15.9v.1",
  pause: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM10 9v6M14 9v6",
  question: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM9.7 9.4a2.4 2.4 0 1 1 3.4 2.6c-.8.4-1.1.8-1.1 1.7M12 16.6v.1",
  empty: "M5 8V5h3M16 5h3v3M19 16v3h-3M8 19H5v-3",
  restart: "M20 5v5h-5M19.2 10A7.8 7.8 0 1 0 20 13.5",
  cycle: "M4 10a8 8 0 0 1 14-4l2 2M20 4v4h-4M20 14a8 8 0 0 1-14 4l-2-2M4 20v-4h4",
  bolt: "M13 3L5 14h6l-1 7 8-11h-6z",
  plug: "M9 3v5M15 3v5M6 8h12v3a6 6 0 0 1-12 0zM12 17v4",
  unplugged: "M9 3v3M15 3v3M6 9v2a6 6 0 0 0 9 5.2M18 9v2c0 .8-.2 1.6-.4 2.3M10 8h8M12 17v4M4 3l16 18",
  shield: "M12 3.5l7.5 2.7v5.3c0 4.6-3 7.6-7.5 9-4.5-1.4-7.5-4.4-7.5-9V6.2z",
  sliders: "M4 7h9M19 7h1M4 17h1M11 17h9M16 4a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM8 14a3 3 0 1 0 0 6 3 3 0 0 0 0-6z",
  leave: "M10 4H5v16h5M15 8l4 4-4 4M19 12H9",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  expand: "M14 4h6v6M20 4l-7 7M10 20H4v-6M4 20l7-7",
  close: "M6 6l12 12M18 6L6 18",
  info: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 11v5.5M12 7.7v.1",
  globe: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM3.5 12h17M12 3.5c-5 5-5 12 0 17M12 3.5c5 5 5 12 0 17",
  unlink: "M9 15l6-6M8 11l-3 3a3.5 3.5 0 0 0 5 5l1-1M16 13l3-3a3.5 3.5 0 0 0-5-5l-1 1M4 4l2 2M20 20l-2-2",
} as const;

export type IconName = keyof typeof shapes;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class={`icon icon-${name}`} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={shapes[name]} />
    </svg>
  );
}
