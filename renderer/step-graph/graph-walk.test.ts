import { describe, expect, it } from 'vitest';
import { layOut } from './graph-layout.ts';
import { isWalkKey, walk } from './graph-walk.ts';

//   a ─ b ─ d
//     └ c ┘
//   x
const layout = layOut([
  { id: 'a', needs: [] },
  { id: 'b', needs: ['a'] },
  { id: 'c', needs: ['a'] },
  { id: 'd', needs: ['b', 'c'] },
  { id: 'x', needs: [] },
]);

describe('walk', () => {
  it.each([
    ['a', 'ArrowDown', 'x'],
    ['x', 'ArrowUp', 'a'],
    ['b', 'ArrowDown', 'c'],
    ['c', 'ArrowUp', 'b'],
    ['b', 'ArrowRight', 'd'],
    ['b', 'ArrowLeft', 'a'],
    ['d', 'Home', 'a'],
    ['a', 'End', 'x'],
    ['a', 'ArrowLeft', undefined],
    ['d', 'ArrowRight', undefined],
    ['x', 'ArrowRight', undefined],
    ['b', 'ArrowUp', undefined],
  ] as const)('leads from %s by %s to %s', (from, key, to) => {
    expect(walk(layout, from, key)).toBe(to);
  });

  it('takes the nearest of several', () => {
    expect(['b', 'c']).toContain(walk(layout, 'a', 'ArrowRight'));
    expect(walk(layout, 'd', 'ArrowLeft')).toBe(walk(layout, 'd', 'ArrowLeft'));
  });

  it('begins at the first step when it stands on none', () => {
    expect(walk(layout, 'gone', 'ArrowRight')).toBe('a');
    expect(isWalkKey('Enter')).toBe(false);
  });
});
