import { expect, it } from 'vitest';
import { nearest, readRefs } from './remote-refs.ts';

const a = 'a'.repeat(40);
const b = 'b'.repeat(40);

it('reads branches, and tags as the commits that they lead to', () => {
  const text = [
    `${a}\tHEAD`,
    `${a}\trefs/heads/main`,
    `${b}\trefs/heads/feature/x`,
    `${a}\trefs/heads/\u001b[31mred`,
    `${a}\trefs/tags/light`,
    `${a}\trefs/tags/v1`,
    `${b}\trefs/tags/v1^{}`,
    `${a}\trefs/pull/1/head`,
    'nonsense',
    '',
  ].join('\n');
  expect(readRefs(text)).toEqual({
    branches: [
      { name: 'main', commit: a },
      { name: 'feature/x', commit: b },
    ],
    tags: [
      { name: 'light', commit: a },
      { name: 'v1', commit: b },
    ],
  });
});

const names = ['main', 'develop', 'feature/login', 'feature/logout', 'release/1.0', 'v1.0.0', 'v1.0.1', 'v2.0.0'];
it.each([
  ['mian', ['main']],
  ['Main', ['main']],
  ['master', []],
  ['1.0', ['v1.0.0', 'v1.0.1', 'release/1.0']],
  ['feature/loguot', ['feature/logout', 'feature/login']],
  ['v1.0.2', ['v1.0.0', 'v1.0.1', 'v2.0.0']],
  ['login', ['feature/login']],
])('near %s are %j', (wanted, near) => {
  expect(nearest(wanted, names)).toEqual(near);
});
