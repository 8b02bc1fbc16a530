/** How a drawing lies in its window: moved by so many pixels of the window, `scale` of them for one of the drawing. */
export interface Viewport {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Box extends Size {
  readonly x: number;
  readonly y: number;
}

const smallest = 0.03;
const largest = 2;
/** Below this nothing can be read: a drawing that would have to be smaller begins at its beginning instead. */
const readable = 0.8;

export function clampScale(scale: number): number {
  return Math.min(largest, Math.max(smallest, scale));
}

/** The whole drawing in the middle, never enlarged. */
export function fit(drawing: Size, window: Size): Viewport {
  if (drawing.width === 0 || drawing.height === 0) return { x: 0, y: 0, scale: 1 };
  const scale = clampScale(Math.min(1, window.width / drawing.width, window.height / drawing.height));
  return {
    x: (window.width - drawing.width * scale) / 2,
    y: (window.height - drawing.height * scale) / 2,
    scale,
  };
}

/**
 * How a drawing is shown first: the whole, or where that could not be read, its left side about halfway down; or the part that
 * matters most, in the middle, if it would be out of sight.
 */
export function firstLook(drawing: Size, window: Size, first?: Box): Viewport {
  const whole = fit(drawing, window);
  if (whole.scale >= readable) return whole;
  const width = drawing.width * readable;
  const look = {
    x: width <= window.width ? (window.width - width) / 2 : 0,
    y: (window.height - drawing.height * readable) / 2,
    scale: readable,
  };
  if (first === undefined) return look;
  const sight = seen(look, window);
  const inSight =
    first.x >= sight.x &&
    first.y >= sight.y &&
    first.x + first.width <= sight.x + sight.width &&
    first.y + first.height <= sight.y + sight.height;
  return inSight ? look : centerOn(look, first.x + first.width / 2, first.y + first.height / 2, window);
}

/** Larger or smaller, while the point of the window (px) stays on what it is on. */
export function zoom(view: Viewport, at: { readonly x: number; readonly y: number }, factor: number): Viewport {
  const scale = clampScale(view.scale * factor);
  const ratio = scale / view.scale;
  return { x: at.x - (at.x - view.x) * ratio, y: at.y - (at.y - view.y) * ratio, scale };
}

/** Moved, but never so far that nothing of the drawing is left in sight. */
export function pan(view: Viewport, byX: number, byY: number, drawing: Size, window: Size): Viewport {
  const kept = 60;
  const within = (value: number, length: number, room: number) =>
    Math.min(room - kept, Math.max(kept - length * view.scale, value));
  return {
    ...view,
    x: within(view.x + byX, drawing.width, window.width),
    y: within(view.y + byY, drawing.height, window.height),
  };
}

/** Moved no further than it takes to see all of a box of the drawing, with some room around it. */
export function reveal(view: Viewport, box: Box, window: Size): Viewport {
  const room = 24;
  const shift = (start: number, length: number, size: number) => {
    if (start < room) return room - start;
    if (start + length > size - room) return Math.max(room - start, size - room - start - length);
    return 0;
  };
  const x = view.x + box.x * view.scale;
  const y = view.y + box.y * view.scale;
  return {
    ...view,
    x: view.x + shift(x, box.width * view.scale, window.width),
    y: view.y + shift(y, box.height * view.scale, window.height),
  };
}

/** The part of the drawing that is in sight, in its own pixels. */
export function seen(view: Viewport, window: Size): Box {
  return {
    x: -view.x / view.scale,
    y: -view.y / view.scale,
    width: window.width / view.scale,
    height: window.height / view.scale,
  };
}

/** With this point of the drawing in the middle of the window. */
export function centerOn(view: Viewport, x: number, y: number, window: Size): Viewport {
  return { ...view, x: window.width / 2 - x * view.scale, y: window.height / 2 - y * view.scale };
}

/** Px of the drawing that are made ready around what is in sight; as far as that, moving it shows nothing new. */
const ahead = 200;

/** A box around what is in sight, somewhat larger, and the same for views that hardly differ. */
export function drawn(view: Viewport, window: Size): Box {
  const { x, y, width, height } = seen(view, window);
  const from = (value: number) => Math.floor((value - ahead) / ahead) * ahead;
  const to = (value: number) => Math.ceil((value + ahead) / ahead) * ahead;
  return { x: from(x), y: from(y), width: to(x + width) - from(x), height: to(y + height) - from(y) };
}

export function sameBox(one: Box | undefined, other: Box | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return one.x === other.x && one.y === other.y && one.width === other.width && one.height === other.height;
}

/** Whether two boxes have a part in common. */
export function meet(one: Box, other: Box): boolean {
  return (
    one.x < other.x + other.width &&
    other.x < one.x + one.width &&
    one.y < other.y + other.height &&
    other.y < one.y + one.height
  );
}
