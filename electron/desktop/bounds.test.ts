import { describe, expect, it } from 'vitest';
import { fitBounds, type Bounds } from './bounds.ts';

const laptop: Bounds = { x: 0, y: 25, width: 1440, height: 875 };
const beside: Bounds = { x: 1440, y: 0, width: 2560, height: 1440 };

describe('fitBounds', () => {
  it('opens in the middle of the first screen when nothing is remembered', () => {
    expect(fitBounds(undefined, [laptop, beside])).toEqual({ x: 80, y: 53, width: 1280, height: 820 });
  });

  it.each([
    ['the first screen', { x: 100, y: 100, width: 1000, height: 700 }],
    ['the second screen', { x: 2000, y: 300, width: 1600, height: 1000 }],
    ['partly off the screen', { x: -600, y: 100, width: 1000, height: 700 }],
  ])('opens as it was left on %s', (_, saved) => {
    expect(fitBounds(saved, [laptop, beside])).toEqual(saved);
  });

  it.each([
    ['its screen is gone', { x: 2000, y: 300, width: 1000, height: 700 }],
    ['only a sliver could be seen', { x: -980, y: 100, width: 1000, height: 700 }],
    ['its title bar would be above the screen', { x: 100, y: -100, width: 1000, height: 700 }],
  ])('comes back to the middle when %s', (_, saved) => {
    expect(fitBounds(saved, [laptop])).toEqual({ x: 220, y: 113, width: 1000, height: 700 });
  });

  it('is no larger than the screen and no smaller than its content bears', () => {
    expect(fitBounds({ x: 0, y: 25, width: 9000, height: 9000 }, [laptop])).toMatchObject({ width: 1440, height: 875 });
    expect(fitBounds({ x: 0, y: 25, width: 10, height: 10 }, [laptop])).toMatchObject({ width: 800, height: 560 });
  });
});
