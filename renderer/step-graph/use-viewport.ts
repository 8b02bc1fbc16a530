import { useCallback, useLayoutEffect, useRef, useState } from 'react';
import type { PointerEvent as ReactPointerEvent, RefObject } from 'react';
import { centerOn, firstLook, fit, pan, reveal, zoom } from './viewport.ts';
import type { Box, Size, Viewport } from './viewport.ts';

/** One press of a button, or of a key. */
const zoomStep = 1.25;
/** Px of the pointer before a press becomes a drag. */
const dragFrom = 4;

/** A drawing in its window, moved and zoomed by wheel, pointer, keys and buttons. */
export interface MovableDrawing {
  readonly window: RefObject<HTMLDivElement | null>;
  /** Undefined until the window's size is known. */
  readonly view: Viewport | undefined;
  readonly size: Size;
  readonly zoomIn: () => void;
  readonly zoomOut: () => void;
  /** Shows all of it. */
  readonly fitAll: () => void;
  /** Moves no further than it takes to see this part of the drawing. */
  readonly show: (box: Box) => void;
  /** Brings this point of the drawing to the middle. */
  readonly center: (x: number, y: number) => void;
  readonly onPointerDown: (event: ReactPointerEvent) => void;
}

/**
 * @param first a part of the drawing that must be in sight at the beginning
 * @param covered px at the right that something lies over: what is shown is shown beside it
 */
export function useViewport(drawing: Size, first: Box | undefined, covered = 0): MovableDrawing {
  const element = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  /** Where the person has moved it; until then it lies as it lies best. */
  const [moved, setMoved] = useState<Viewport>();
  const known = size.width > 0 && size.height > 0;
  const best = known ? firstLook(drawing, size, first) : undefined;
  const view = known ? (moved ?? best) : undefined;

  const latest = useRef({ view, size, drawing });
  useLayoutEffect(() => {
    latest.current = { view, size, drawing };
  });
  const change = useCallback((next: (view: Viewport, size: Size, drawing: Size) => Viewport) => {
    const now = latest.current;
    if (now.view === undefined) return;
    const view = next(now.view, now.size, now.drawing);
    latest.current = { ...now, view };
    setMoved(view);
  }, []);

  // Measured before anything is painted, so that the first picture of the window has the drawing in it.
  useLayoutEffect(() => {
    const box = element.current;
    if (box === null) return;
    const measure = () => {
      const [width, height] = [box.clientWidth, box.clientHeight];
      // A window that is hidden for a while keeps its size.
      if (width === 0 || height === 0) return;
      setSize((old) => (old.width === width && old.height === height ? old : { width, height }));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(box);
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 18 : 1;
      const [x, y] = [event.deltaX * unit, event.deltaY * unit];
      if (event.ctrlKey || event.metaKey) {
        const { left, top } = box.getBoundingClientRect();
        const at = { x: event.clientX - left, y: event.clientY - top };
        change((now) => zoom(now, at, Math.exp(-y * 0.003)));
      } else {
        const [byX, byY] = event.shiftKey && x === 0 ? [-y, 0] : [-x, -y];
        change((now, room, whole) => pan(now, byX, byY, whole, room));
      }
    };
    box.addEventListener('wheel', wheel, { passive: false });
    return () => {
      observer.disconnect();
      box.removeEventListener('wheel', wheel);
    };
  }, [change]);

  const zoomBy = (factor: number) =>
    change((now, { width, height }) => zoom(now, { x: width / 2, y: height / 2 }, factor));
  const onPointerDown = (event: ReactPointerEvent) => {
    if (event.button !== 0) return;
    const { pointerId } = event;
    let last = { x: event.clientX, y: event.clientY };
    let dragging = false;
    const move = (to: PointerEvent) => {
      if (to.pointerId !== pointerId) return;
      const [byX, byY] = [to.clientX - last.x, to.clientY - last.y];
      if (!dragging && Math.hypot(byX, byY) < dragFrom) return;
      if (!dragging) element.current?.setPointerCapture(pointerId);
      dragging = true;
      last = { x: to.clientX, y: to.clientY };
      change((now, room, whole) => pan(now, byX, byY, whole, room));
    };
    const end = () => {
      globalThis.removeEventListener('pointermove', move);
      globalThis.removeEventListener('pointerup', end);
      globalThis.removeEventListener('pointercancel', end);
    };
    globalThis.addEventListener('pointermove', move);
    globalThis.addEventListener('pointerup', end);
    globalThis.addEventListener('pointercancel', end);
  };

  return {
    window: element,
    view,
    size,
    zoomIn: () => zoomBy(zoomStep),
    zoomOut: () => zoomBy(1 / zoomStep),
    fitAll: () => change((_, room, whole) => fit(whole, room)),
    show: useCallback(
      (box: Box) =>
        change((now, room) => reveal(now, box, { ...room, width: Math.max(room.width / 2, room.width - covered) })),
      [change, covered],
    ),
    center: useCallback((x: number, y: number) => change((now, room) => centerOn(now, x, y, room)), [change]),
    onPointerDown,
  };
}
