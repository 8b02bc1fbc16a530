import { describe, expect, it } from 'vitest';
import { centerOn, drawn, firstLook, fit, meet, pan, reveal, sameBox, seen, zoom } from './viewport.ts';

const window = { width: 800, height: 400 };

describe('the viewport of a drawing', () => {
  it('fits a large one, and leaves a small one as it is', () => {
    expect(fit({ width: 1600, height: 200 }, window)).toEqual({ x: 0, y: 150, scale: 0.5 });
    expect(fit({ width: 200, height: 100 }, window)).toEqual({ x: 300, y: 150, scale: 1 });
    expect(fit({ width: 0, height: 0 }, window)).toEqual({ x: 0, y: 0, scale: 1 });
  });

  it('begins on the left with what would be too small to read', () => {
    const look = firstLook({ width: 8000, height: 400 }, window);
    expect(look.x).toBe(0);
    expect(look.scale).toBeGreaterThan(0.7);
    expect(firstLook({ width: 900, height: 100 }, window).scale).toBeCloseTo(800 / 900);
  });

  it('begins with what matters most, where that would be out of sight', () => {
    const drawing = { width: 8000, height: 400 };
    expect(firstLook(drawing, window, { x: 100, y: 100, width: 100, height: 40 })).toEqual(firstLook(drawing, window));
    const look = firstLook(drawing, window, { x: 5000, y: 100, width: 100, height: 40 });
    expect(look.x + 5050 * look.scale).toBeCloseTo(400);
    expect(look.y + 120 * look.scale).toBeCloseTo(200);
  });

  it('keeps the point under the pointer where it is while it zooms', () => {
    const before = { x: 40, y: -20, scale: 0.8 };
    const at = { x: 300, y: 120 };
    const after = zoom(before, at, 1.5);
    expect((at.x - after.x) / after.scale).toBeCloseTo((at.x - before.x) / before.scale);
    expect((at.y - after.y) / after.scale).toBeCloseTo((at.y - before.y) / before.scale);
    expect(after.scale).toBeCloseTo(1.2);
  });

  it('zooms no further than makes sense', () => {
    const view = { x: 0, y: 0, scale: 1 };
    expect(zoom(view, { x: 0, y: 0 }, 100).scale).toBe(2);
    expect(zoom(view, { x: 0, y: 0 }, 0.001).scale).toBe(0.03);
  });

  it('never loses the drawing', () => {
    const view = { x: 0, y: 0, scale: 1 };
    const drawing = { width: 1000, height: 300 };
    expect(pan(view, 9_999, 9_999, drawing, window)).toMatchObject({ x: 740, y: 340 });
    expect(pan(view, -9_999, -9_999, drawing, window)).toMatchObject({ x: -940, y: -240 });
    expect(pan(view, -30, 0, drawing, window)).toMatchObject({ x: -30, y: 0 });
  });

  it.each([
    ['is in sight', { x: 100, y: 100, width: 50, height: 20 }, { x: 0, y: 0 }],
    ['is beyond the right edge', { x: 900, y: 100, width: 50, height: 20 }, { x: -174, y: 0 }],
    ['is above', { x: 100, y: -90, width: 50, height: 20 }, { x: 0, y: 114 }],
  ])('moves as little as it can to show a box that %s', (_, box, moved) => {
    expect(reveal({ x: 0, y: 0, scale: 1 }, box, window)).toMatchObject(moved);
  });

  it('knows what is in sight, and can look at a point', () => {
    expect(seen({ x: -100, y: 50, scale: 0.5 }, window)).toEqual({ x: 200, y: -100, width: 1600, height: 800 });
    const look = centerOn({ x: 0, y: 0, scale: 2 }, 500, 100, window);
    expect(look).toEqual({ x: -600, y: 0, scale: 2 });
  });

  it('makes ready what is in sight and some more, the same while it is moved a little', () => {
    const box = drawn({ x: -1050, y: -550, scale: 1 }, window);
    expect(meet(box, { x: 1050, y: 550, width: 800, height: 400 })).toBe(true);
    expect(box.x <= 850 && box.y <= 350 && box.x + box.width >= 2050 && box.y + box.height >= 1150).toBe(true);
    expect(sameBox(drawn({ x: -1060, y: -555, scale: 1 }, window), box)).toBe(true);
    expect(sameBox(drawn({ x: -2000, y: -555, scale: 1 }, window), box)).toBe(false);
    expect(meet(box, { x: 5000, y: 0, width: 10, height: 10 })).toBe(false);
  });
});
