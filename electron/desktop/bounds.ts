import { z } from 'zod';

/** A rectangle of the screen, in device-independent pixels. */
export const Bounds = z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() });
export type Bounds = z.infer<typeof Bounds>;

export const minimumSize = { width: 800, height: 560 };
const usualSize = { width: 1280, height: 820 };
/** So much of a window must be on a screen for a person to get hold of it. */
const reach = 64;

/**
 * Where a window opens: as it was left, unless the screen that it was on is gone or has become too small; then in the middle
 * of the first one, as large as fits.
 */
export function fitBounds(saved: Bounds | undefined, screens: readonly [Bounds, ...Bounds[]]): Bounds {
  const [first] = screens;
  const screen = saved && screens.find((each) => overlap(saved, each) && saved.y >= each.y);
  const target = screen ?? first;
  const width = clamp(saved?.width ?? usualSize.width, minimumSize.width, target.width);
  const height = clamp(saved?.height ?? usualSize.height, minimumSize.height, target.height);
  if (saved !== undefined && screen !== undefined) return { x: saved.x, y: saved.y, width, height };
  const middle = (from: number, room: number, size: number) => Math.round(from + Math.max(0, room - size) / 2);
  return { x: middle(first.x, first.width, width), y: middle(first.y, first.height, height), width, height };
}

function overlap(one: Bounds, other: Bounds): boolean {
  const across = Math.min(one.x + one.width, other.x + other.width) - Math.max(one.x, other.x);
  const down = Math.min(one.y + one.height, other.y + other.height) - Math.max(one.y, other.y);
  return across >= reach && down >= reach;
}

function clamp(value: number, least: number, most: number): number {
  return Math.round(Math.max(Math.min(value, most), least));
}
