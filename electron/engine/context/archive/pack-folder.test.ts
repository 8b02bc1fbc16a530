import { execFileSync } from 'node:child_process';
import { linkSync, lstatSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, expect, it } from 'vitest';
import { selectContext } from '../dockerignore.ts';
import { selectBy } from '../selection.ts';
import { plantTree, temporaryFolder } from '../tree-fixture.ts';
import { type PackEvent, packFolder } from './pack-folder.ts';
import { unpackArchive } from './unpack-archive.ts';

const base = temporaryFolder();
afterAll(() => rmSync(base, { recursive: true }));
const never = new AbortController().signal;
const everything = selectBy([], []);
let count = 0;

function folder(tree: Readonly<Record<string, string>> = {}): string {
  const root = path.join(base, String(count++));
  mkdirSync(root);
  plantTree(root, tree);
  return root;
}

it('goes there and back', async () => {
  const root = folder({
    'a b/한글 🎈, c.txt': '안녕',
    [`${'long/'.repeat(60)}name`]: 'deep',
    'empty/': '',
    nothing: '',
    large: 'x'.repeat(3_000_000),
    up: '-> a b/../nothing',
    far: `-> ${'x'.repeat(150)}`,
  });
  linkSync(path.join(root, 'large'), path.join(root, 'again'));
  execFileSync('chmod', ['751', path.join(root, 'nothing')]);
  const target = path.join(base, String(count++));
  const told = await unpackArchive(packFolder(root, everything), target, never);
  const find = (at: string) =>
    execFileSync('find', [at, '-mindepth', '1', '-printf', '%P %y %m %l %Ts %s\n']).toString().split('\n').sort();
  const sizeless = (lines: readonly string[]) =>
    lines.map((line) => (line.includes(' d ') ? line.replace(/\d+$/, '') : line));
  expect(sizeless(find(target))).toEqual(sizeless(find(root)));
  expect(told).toMatchObject({ bytes: 3_000_010, skipped: [] });
  expect(lstatSync(path.join(target, 'large')).ino).toBe(lstatSync(path.join(target, 'again')).ino);
  expect(readFileSync(path.join(target, 'a b/한글 🎈, c.txt'), 'utf8')).toBe('안녕');
});

it('takes what is selected, and puts before it what is added', async () => {
  const root = folder({ '.git/HEAD': '', '.dockerignore': 'secret*', 'secret.txt': 'hush', 'src/a': 'a', b: 'b' });
  const selection = selectContext({ file: '', text: '', patterns: ['secret*'] });
  const added = new Map([['b', Buffer.from('another b')]]);
  const archive = await buffer(packFolder(root, selection, { added }));
  const names = execFileSync('tar', ['-t'], { input: archive }).toString().trim().split('\n');
  expect(names).toEqual(['b', '.dockerignore', 'src', 'src/a']);
  expect(execFileSync('tar', ['-xO', 'b'], { input: archive }).toString()).toBe('another b');
});

it('comes in pieces of a good size, and tells how far it is', async () => {
  const root = folder();
  for (let index = 0; index < 500; index++) writeFileSync(path.join(root, `file-${index}`), `content ${index}`);
  const events: PackEvent[] = [];
  const pieces: number[] = [];
  for await (const piece of packFolder(root, everything, { onEvent: (event) => events.push(event) }))
    pieces.push((piece as Buffer).length);
  const bytes = pieces.reduce((sum, length) => sum + length, 0);
  expect(bytes).toBe(500 * 1024 + 1024);
  expect(pieces.length).toBeLessThan(25);
  expect(events.at(-1)).toEqual({ kind: 'sent', bytes, files: 500 });
});

it.each([
  ['before 1970', '1960-01-01', 0],
  ['beyond 2038', '2120-01-01', 2 ** 31 - 1],
])('writes a time %s as the nearest that it can', async (_, date, expected) => {
  const root = folder({ f: 'x' });
  execFileSync('touch', ['-d', date, path.join(root, 'f')]);
  const target = path.join(base, String(count++));
  await unpackArchive(packFolder(root, everything), target, never);
  expect(lstatSync(path.join(target, 'f')).mtimeMs / 1000).toBe(expected);
});

it('reads nothing before it is read, and says what can’t be', async () => {
  const missing = packFolder(path.join(base, 'none'), everything);
  await expect(buffer(missing)).rejects.toMatchObject({ error: { code: 'context.unreadable' } });
  const unread = packFolder(path.join(base, 'none'), everything);
  unread.destroy();
  expect(unread.errored).toBeNull();
});

it('never gives half an archive for a whole one', async () => {
  const root = folder({ a: 'x'.repeat(2_000_000), b: 'y' });
  const changing = async function* () {
    for await (const chunk of packFolder(root, everything) as AsyncIterable<Buffer>) {
      writeFileSync(path.join(root, 'a'), 'short');
      yield chunk;
    }
  };
  const target = path.join(base, String(count++));
  await expect(unpackArchive(Readable.from(changing()), target, never)).rejects.toMatchObject({
    error: { code: 'context.changed', params: { path: 'a' } },
  });
  expect(() => lstatSync(target)).toThrow('ENOENT');
});
