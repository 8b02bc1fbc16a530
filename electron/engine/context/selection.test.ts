import fc from 'fast-check';
import { expect, it } from 'vitest';
import { selectBy, type Selection, type Verdict } from './selection.ts';

/** Folders by name, and files (`null`). */
interface Tree {
  readonly [name: string]: Tree | null;
}

const name = fc.constantFrom('a', 'b', 'ab', 'abc', 'a.txt', '.git', 'node_modules', '한글', 'x y');
const { tree: anyTree } = fc.letrec<{ tree: Tree; node: Tree | null }>((tie) => ({
  tree: fc.dictionary(name, tie('node'), { maxKeys: 5 }),
  node: fc.oneof({ maxDepth: 4, withCrossShrink: true }, fc.constant(null), tie('tree')),
}));
const part = fc.oneof(
  name,
  fc.constantFrom('*', '**', '?', 'a*', '*b', '**a', 'a**', 'a?', '[ab]', '[^a]*', 'a[^x]b', '\\a', 'a\\b', '*.txt'),
);
const pattern = fc
  .tuple(fc.boolean(), fc.array(part, { minLength: 1, maxLength: 4 }))
  .map(([exception, parts]) => `${exception ? '!' : ''}${parts.join('/')}`)
  .filter((text) => {
    try {
      return selectBy([], [text]) !== undefined;
    } catch {
      return false;
    }
  });

function taken(tree: Tree, selection: Selection, prune: boolean, folder = '', above?: Verdict): readonly string[] {
  return Object.entries(tree).flatMap(([each, below]) => {
    const path = folder === '' ? each : `${folder}/${each}`;
    const verdict = selection.judge(path, above);
    const enter = below !== null && (verdict.taken || !prune || selection.mayTakeBelow(path, verdict));
    return [...(verdict.taken ? [path] : []), ...(enter ? taken(below, selection, prune, path, verdict) : [])];
  });
}

it('takes the same with folders left out early as with every folder looked into', () => {
  fc.assert(
    fc.property(
      anyTree,
      fc.array(pattern, { maxLength: 3 }),
      fc.array(pattern, { maxLength: 5 }),
      (tree, includes, excludes) => {
        const selection = selectBy(includes, excludes);
        expect(taken(tree, selection, true)).toEqual(taken(tree, selection, false));
      },
    ),
    { numRuns: 3000 },
  );
});

it.each<[excludes: string[], folder: string, entered: boolean]>([
  [['node_modules'], 'node_modules', false],
  [['node_modules', '!src/keep'], 'node_modules', false],
  [['*', '!*.md'], 'node_modules', false],
  [['*', '!src/*/keep'], 'node_modules', false],
  [['*', '!src/*/keep'], 'src', true],
  [['*', '!src/*/keep'], 'src/a/b', false],
  [['*', '!src/**'], 'src/a/b', true],
  [['*', '!**/keep'], 'node_modules', true],
  [['*', '!n[^x]keep'], 'n', true],
  [['.git', '!.git/**'], '.git', true],
])('with %j: is an ignored %j looked into? %j', (excludes, folder, entered) => {
  const selection = selectBy([], excludes);
  const verdict: Verdict = { taken: false, includes: undefined, excludes: { matched: true, patterns: [] } };
  expect(selection.mayTakeBelow(folder, verdict)).toBe(entered);
});

it('takes the folders and files that are asked for, and what lies beneath them', () => {
  const tree: Tree = { bar: { foo: null, other: null }, foo2: null };
  expect(taken(tree, selectBy(['bar'], []), true)).toEqual(['bar', 'bar/foo', 'bar/other']);
  expect(taken(tree, selectBy(['b*/f*'], []), true)).toEqual(['bar/foo']);
  expect(taken(tree, selectBy(['bar', 'foo2'], ['**/foo']), true)).toEqual(['bar', 'bar/other', 'foo2']);
});
