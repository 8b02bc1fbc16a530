import { closeSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { temporaryFolder } from '../tree-fixture.ts';
import { UnpackedTree } from './unpacked-tree.ts';

const base = temporaryFolder();
afterAll(() => rmSync(base, { recursive: true }));
const facts = { mode: 0o755, mtime: 0 };
let root: string;
beforeEach(() => {
  root = path.join(base, String(Math.random()));
  new UnpackedTree(base).folder([path.basename(root)], facts);
});

// What is there though the tree hasn't made it: on a file system that doesn't tell `a` from `A`, the one for the other.
it.each([
  ['a file', (tree: UnpackedTree) => closeSync(tree.openFile(['A']))],
  ['a file in it', (tree: UnpackedTree) => closeSync(tree.openFile(['A', 'x']))],
  ['a folder', (tree: UnpackedTree) => tree.folder(['A'], facts)],
  ['a link', (tree: UnpackedTree) => tree.link(['A'], 'x', 0)],
  [
    'a hard link',
    (tree: UnpackedTree) => {
      closeSync(tree.openFile(['x']));
      tree.hardLink(['A'], ['x'], 0);
    },
  ],
])('refuses %s in the place of something that it doesn’t know', (_, make) => {
  const elsewhere = path.join(base, 'elsewhere');
  writeFileSync(elsewhere, 'as it was');
  symlinkSync(elsewhere, path.join(root, 'A'));
  expect(() => make(new UnpackedTree(root))).toThrow(
    expect.objectContaining({
      error: expect.objectContaining({
        code: 'archive.invalid',
        params: { reason: 'clash', path: expect.stringMatching(/^A/) as string },
      }) as unknown,
    }),
  );
  expect(readFileSync(elsewhere, 'utf8')).toBe('as it was');
});
