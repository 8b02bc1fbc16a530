import { execFileSync } from 'node:child_process';
import { chmodSync, linkSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { cannotHere } from '../../../scripts/parts/need.ts';
import { selectBy } from './selection.ts';
import { plantTree, temporaryFolder } from './tree-fixture.ts';
import { walk, type Skipped } from './walk.ts';

const base = temporaryFolder();
afterAll(() => rmSync(base, { recursive: true }));
let count = 0;

function folder(tree: Readonly<Record<string, string>> = {}): string {
  const root = path.join(base, String(count++));
  mkdirSync(root);
  plantTree(root, tree);
  return root;
}

function walked(root: string, includes: readonly string[] = [], excludes: readonly string[] = []) {
  const skipped: Skipped[] = [];
  const entries = [...walk(root, selectBy(includes, excludes), (each) => skipped.push(each))];
  return { entries, paths: entries.map((entry) => entry.path), skipped };
}

const isRoot = process.getuid?.() === 0;

it('goes depth first: what is in a folder before its longer-named neighbours', () => {
  const root = folder({ 'a/x': '', 'a.b': '', 'a-b/y': '', 'B/': '', '한글/빈 폴더/': '' });
  expect(walked(root).paths).toEqual(
    ['B', 'a', 'a/x', 'a-b', 'a-b/y', 'a.b', '한글', '한글/빈 폴더'].sort(byteOrderOfParts),
  );
});

it('goes by the bytes of names, whatever they are', () => {
  const anyName = fc
    .string({
      unit: fc.constantFrom('a', 'B', ' ', '-', '.', 'é', '한', '\uE000', '\uFFFD', '🎈', '\u{10FFFF}', '\n', '\\'),
    })
    .filter((name) => name !== '' && name !== '.' && name !== '..' && !name.includes('/'));
  fc.assert(
    fc.property(fc.uniqueArray(anyName, { maxLength: 12 }), (names) => {
      const root = folder();
      for (const name of names) writeFileSync(path.join(root, name), '');
      const sorted = names.map((name) => Buffer.from(name)).sort((one, other) => Buffer.compare(one, other));
      expect(walked(root).paths).toEqual(sorted.map(String));
    }),
    { numRuns: 60 },
  );
});

it('skips names and links that are no UTF-8, and says so', () => {
  const root = folder({ 'z/': '', 'really \uFFFD': '', 'valid link': '-> really \uFFFD' });
  const latin1 = (text: string) => Buffer.concat([Buffer.from(`${root}/`), Buffer.from(text, 'latin1')]);
  mkdirSync(latin1('caf\xe9'));
  writeFileSync(latin1('caf\xe9/f'), 'x');
  symlinkSync(Buffer.from('caf\xe9', 'latin1'), path.join(root, 'link'));
  expect(walked(root)).toMatchObject({
    paths: ['really \uFFFD', 'valid link', 'z'],
    skipped: [
      { reason: 'unsupported', path: 'caf\uFFFD' },
      { reason: 'unsupported', path: 'link' },
    ],
  });
  expect(walked(root, [], ['caf?', 'link']).skipped.map(({ reason }) => reason)).toEqual(['ignored', 'ignored']);
});

it('tells type, permissions, size and the time to the nanosecond', () => {
  const root = folder({ 'dir/file': 'four' });
  chmodSync(path.join(root, 'dir/file'), 0o4751);
  chmodSync(path.join(root, 'dir'), 0o1777);
  execFileSync('touch', ['-d', '2001-02-03T04:05:06.123456789Z', path.join(root, 'dir/file')]);
  execFileSync('touch', ['-d', '1969-12-31T23:59:59.5Z', path.join(root, 'dir')]);
  const [dir, file] = walked(root).entries;
  expect(dir).toMatchObject({
    path: 'dir',
    mode: 2 ** 31 + 2 ** 20 + 0o777,
    size: 0,
    mtime: -500_000_000n,
    linkname: '',
  });
  expect(file).toMatchObject({
    path: 'dir/file',
    mode: 2 ** 23 + 0o751,
    size: 4,
    mtime: 981_173_106_123_456_789n,
    linkname: '',
  });
});

it('tells links and does not follow them, wherever they lead', () => {
  const root = folder({
    'real/file': '',
    outside: '-> ../../etc',
    loop: '-> loop',
    folder: '-> real',
    broken: '-> nowhere',
  });
  const { entries } = walked(root);
  expect(entries.map(({ path: place, linkname }) => [place, linkname])).toEqual([
    ['broken', 'nowhere'],
    ['folder', 'real'],
    ['loop', 'loop'],
    ['outside', '../../etc'],
    ['real', ''],
    ['real/file', ''],
  ]);
  expect(entries[0]?.mode).toBe(2 ** 27 + 0o777);
});

it('names the first of several names of a file, and keeps the size with each', () => {
  const root = folder({ 'b/first': '12345' });
  linkSync(path.join(root, 'b/first'), path.join(root, 'c'));
  linkSync(path.join(root, 'b/first'), path.join(root, 'a'));
  expect(walked(root).entries.map(({ path: place, linkname, size }) => [place, linkname, size])).toEqual([
    ['a', '', 5],
    ['b', '', 0],
    ['b/first', 'a', 5],
    ['c', 'a', 5],
  ]);
  // A name that isn't sent can't be linked to.
  expect(walked(root, [], ['a']).entries.map(({ path: place, linkname }) => [place, linkname])).toEqual([
    ['b', ''],
    ['b/first', ''],
    ['c', 'b/first'],
  ]);
});

it('tells pipes, and devices with their numbers', (context) => {
  const root = folder();
  execFileSync('mkfifo', [path.join(root, 'pipe')]);
  expect(walked(root).entries[0]?.mode).toBe(2 ** 25 + 0o644);
  try {
    execFileSync('mknod', [path.join(root, 'null'), 'c', '1', '3']);
  } catch {
    cannotHere(context, 'only root makes devices, and not everywhere', { evenInCI: true });
  }
  expect(walked(root).entries[0]).toMatchObject({
    path: 'null',
    mode: 2 ** 26 + 2 ** 21 + 0o644,
    deviceMajor: 1,
    deviceMinor: 3,
  });
});

it('skips sockets and says so', async () => {
  const root = folder({ file: '' });
  const server = net.createServer().listen(path.join(root, 'agent.sock'));
  await new Promise((resolve) => server.once('listening', resolve));
  expect(walked(root)).toMatchObject({ paths: ['file'], skipped: [{ reason: 'unsupported', path: 'agent.sock' }] });
  server.close();
});

it('brings the folders around what an exception brings back, and tells what it left out', () => {
  const root = folder({ 'out/deep/keep': '', 'out/deep/drop': '', 'out/other/drop': '', 'in/file': '' });
  expect(walked(root, [], ['out', '!out/deep/keep'])).toMatchObject({
    paths: ['in', 'in/file', 'out', 'out/deep', 'out/deep/keep'],
    skipped: [
      { reason: 'ignored', path: 'out/deep/drop' },
      { reason: 'ignored', path: 'out/other' },
    ],
  });
});

it('says which folder may not be read, unless it is left out anyhow', () => {
  const root = folder({ 'secret/file': '', file: '' });
  chmodSync(base, 0o755);
  chmodSync(path.join(root, 'secret'), 0);
  // Root may read everything.
  if (isRoot) process.seteuid?.(65_534);
  try {
    expect(walked(root, [], ['secret']).paths).toEqual(['file']);
    expect(walked(root, [], ['secret', '!secret/file']).paths).toEqual(['file']);
    expect(() => walked(root)).toThrow(
      expect.objectContaining({
        error: expect.objectContaining({ code: 'context.unreadable', params: { path: 'secret' } }),
      }),
    );
  } finally {
    if (isRoot) process.seteuid?.(0);
    chmodSync(path.join(root, 'secret'), 0o700);
  }
});

it('reads nothing below an ignored folder, unless an exception may lie there', () => {
  const root = folder({ 'node_modules/a/b/c': '', 'src/a': '' });
  const read: string[] = [];
  const selection = (excludes: readonly string[]) => {
    const chosen = selectBy([], excludes);
    return {
      ...chosen,
      judge: (...asked: Parameters<typeof chosen.judge>) => (read.push(asked[0]), chosen.judge(...asked)),
    };
  };
  expect([...walk(root, selection(['node_modules', '!src/a']), () => undefined)].map((each) => each.path)).toEqual([
    'src',
    'src/a',
  ]);
  expect(read.splice(0)).toEqual(['node_modules', 'src', 'src/a']);
  expect([...walk(root, selection(['node_modules', '!**/c']), () => undefined)].map((each) => each.path)).toContain(
    'node_modules/a/b/c',
  );
});

it('reads lazily, and passes over what vanished meanwhile', () => {
  const root = folder({ 'a/1': '', 'a/2': '', 'b/1': '', c: '' });
  const entries = walk(root, selectBy([], []), () => undefined);
  expect(entries.next().value?.path).toBe('a');
  writeFileSync(path.join(root, 'b/2'), '');
  rmSync(path.join(root, 'a/2'));
  rmSync(path.join(root, 'c'));
  expect([...entries].map((entry) => entry.path)).toEqual(['a/1', 'b', 'b/1', 'b/2']);
});

it('walks a root that is a link', () => {
  const root = folder({ file: '' });
  symlinkSync(root, `${root}-link`);
  expect(walked(`${root}-link`).paths).toEqual(['file']);
});

it('says which root could not be read', () => {
  const gone = path.join(base, 'never-was');
  expect(() => walked(gone)).toThrow(
    expect.objectContaining({ error: expect.objectContaining({ code: 'context.unreadable', params: { path: gone } }) }),
  );
});

function byteOrderOfParts(one: string, other: string): number {
  const [left, right] = [one, other].map((place) => Buffer.from(place.replaceAll('/', '\0')));
  return left === undefined || right === undefined ? 0 : Buffer.compare(left, right);
}
