import { expect, it } from 'vitest';
import { linkLeadingOutside } from './link-targets.ts';

it.each([
  [{ l: 'a' }, undefined],
  [{ l: '.' }, undefined],
  [{ l: '..' }, 'l'],
  [{ 'a/l': '..' }, undefined],
  [{ 'a/l': '../..' }, 'a/l'],
  [{ 'a/l': '../b/../../c' }, 'a/l'],
  [{ l: '/a' }, 'l'],
  [{ l: 'C:\\a' }, 'l'],
  [{ l: '\\\\server' }, 'l'],
  // Through others, in whichever order they came.
  [{ 'a/b/up': '../..', 'a/l': 'b/up/..' }, 'a/l'],
  [{ 'a/l': 'b/up/..', 'a/b/up': '../..' }, 'a/l'],
  [{ 'a/b/up': '../..', 'a/l': 'b/up/x' }, undefined],
  [{ deep: 'a/b/c/d', l: 'deep/../../../../..' }, 'l'],
  [{ deep: 'a/b/c/d', l: 'deep/../../../..' }, undefined],
  // Where upper and lower case are the same, and where they aren't.
  [{ 'a/b/UP': '../..', 'a/l': 'b/up/..' }, 'a/l'],
  [{ Up: 'a/b/c/d', l: 'up/../..' }, 'l'],
  [{ 'a/e\u0301': '..', 'a/l': '\u00e9/..' }, 'a/l'],
  // Round and round.
  [{ a: 'b', b: 'a' }, undefined],
  [{ a: 'a/../..' }, undefined],
  [{ l: 'none/of/this/is/../../../there' }, undefined],
])('finds in %j: %s', (links, outside) => {
  expect(linkLeadingOutside(new Map(Object.entries(links)))).toBe(outside);
});

it('gives up on a tangle', () => {
  const chain = Array.from(
    { length: 200_000 },
    (_, index) => [`l${index}`, `l${index + 1}/${'./x/../'.repeat(100)}`] as const,
  );
  expect(() => linkLeadingOutside(new Map(chain))).toThrow(RangeError);
});
