import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { finished } from 'node:stream/promises';
import { afterAll, expect, it } from 'vitest';
import { plantTree, temporaryFolder } from '../engine/context/tree-fixture.ts';
import type { BuildEvent } from '../engine/ports.ts';
import { openTarContext } from './tar-context.ts';

const base = temporaryFolder();
afterAll(() => rmSync(base, { recursive: true }));
const signal = new AbortController().signal;
let count = 0;

function folder(tree: Readonly<Record<string, string>> = {}): string {
  const root = path.join(base, String(count++));
  mkdirSync(root);
  plantTree(root, tree);
  return root;
}

async function opened(root: string, dockerfile = 'Dockerfile') {
  const events: BuildEvent[] = [];
  const context = { root, dockerfile: path.resolve(root, dockerfile) };
  return { ...(await openTarContext(context, (event) => events.push(event), signal)), events };
}

/** Packs a folder and unpacks it with the system's tar. */
async function unpacked(root: string, dockerfile?: string) {
  const { stream, events, ...rest } = await opened(root, dockerfile);
  const archive = await buffer(stream);
  const target = folder();
  execFileSync('tar', ['-xp', '-C', target], { input: archive });
  const names = execFileSync('tar', ['-t'], { input: archive, env: { ...process.env, LC_ALL: 'C.UTF-8' } });
  return { ...rest, target, events, size: archive.length, names: names.toString().trim().split('\n') };
}

function listing(root: string): readonly string[] {
  const find = (...what: readonly string[]) => execFileSync('find', [root, '-mindepth', '1', ...what]).toString();
  const entries = find('-type', 'f', '-printf', '%P %m %n %Ts\n') + find('!', '-type', 'f', '-printf', '%P %y %m %l\n');
  const sums = execFileSync('sh', ['-c', 'cd "$1" && find . -type f -exec sha256sum {} +', 'sh', root]).toString();
  return [...entries.split('\n').sort(), ...sums.split('\n').sort()];
}

it('packs a tree so that tar unpacks the same', async () => {
  const root = folder({
    Dockerfile: 'FROM scratch',
    'a b/한글 🎈, c.txt': '안녕',
    [`${'long/'.repeat(60)}name`]: 'deep',
    'empty/': '',
    nothing: '',
    large: 'x'.repeat(3_000_000),
    away: '-> ../../etc/passwd',
    [`far`]: `-> ${'x'.repeat(150)}`,
  });
  linkSync(path.join(root, 'large'), path.join(root, 'again'));
  execFileSync('chmod', ['4751', path.join(root, 'nothing')]);
  execFileSync('mkfifo', [path.join(root, 'pipe')]);
  const { target, dockerfile, events, size } = await unpacked(root);
  rmSync(path.join(root, 'pipe'));
  expect(execFileSync('stat', ['-c', '%F', path.join(target, 'pipe')]).toString()).toBe('fifo\n');
  rmSync(path.join(target, 'pipe'));
  expect(listing(target)).toEqual(listing(root));
  expect(dockerfile).toBe('Dockerfile');
  // Dockerfile, the two in folders, nothing, again; "large" is a link to "again".
  expect(events.at(-1)).toEqual({ kind: 'sent', bytes: size, files: 5 });
});

it('packs what travels, and no more', async () => {
  const root = folder({
    Dockerfile: '',
    '.dockerignore': '*\n!src\n!Dockerfile',
    'src/a': '',
    other: '',
    '.git/HEAD': '',
  });
  expect((await unpacked(root)).names).toEqual(['Dockerfile', 'src', 'src/a']);
});

it('adds a Dockerfile from outside, and keeps it out of what COPY sees', async () => {
  const elsewhere = folder({ 'my.Dockerfile': 'FROM outside' });
  const { dockerfile, names, target } = await unpacked(folder({ file: '' }), path.join(elsewhere, 'my.Dockerfile'));
  expect(dockerfile).toMatch(/^\.dockerfile\.[0-9a-f]{20}$/);
  expect(names).toEqual([dockerfile, '.dockerignore', 'file']);
  expect(readFileSync(path.join(target, dockerfile), 'utf8')).toBe('FROM outside');
  expect(readFileSync(path.join(target, '.dockerignore'), 'utf8')).toBe(`.dockerignore\n${dockerfile}\n`);
});

it('adds a Dockerfile that is ignored, after the patterns that there are', async () => {
  const root = folder({ Dockerfile: 'FROM scratch', '.dockerignore': 'Dockerfile\nsecret', secret: '', file: '' });
  const { dockerfile, names, target } = await unpacked(root);
  expect(names).toEqual([dockerfile, '.dockerignore', 'file']);
  expect(readFileSync(path.join(target, '.dockerignore'), 'utf8')).toBe(`Dockerfile\nsecret\n${dockerfile}\n`);
});

it('gives the engine the ignore file that counts', async () => {
  const tree = { Dockerfile: '', 'Dockerfile.dockerignore': 'a', '.dockerignore': 'b', a: '', b: '' };
  const { names, target } = await unpacked(folder(tree));
  expect(names).toEqual(['.dockerignore', 'Dockerfile', 'Dockerfile.dockerignore', 'b']);
  expect(readFileSync(path.join(target, '.dockerignore'), 'utf8')).toBe('a\n');
});

it('fails when a file changes while it is read, by name', async () => {
  const root = folder({ Dockerfile: '', a: 'x'.repeat(2_000_000) });
  const { stream } = await opened(root);
  // Whole chunks are of "a"; headers come before.
  stream.on('data', (chunk: Buffer) => chunk.length > 10_000 && writeFileSync(path.join(root, 'a'), 'short'));
  const error = { error: { code: 'context.changed', params: { path: 'a', change: 'resized' } } };
  await expect(finished(stream)).rejects.toMatchObject(error);
  expect(stream.errored).toMatchObject(error);
});

it('reads no further when it is destroyed', async () => {
  const { stream, events } = await opened(folder({ Dockerfile: '', a: 'x'.repeat(20_000_000) }));
  stream.on('data', (chunk: Buffer) => chunk.length > 10_000 && stream.destroy());
  await once(stream, 'close');
  expect(stream.readableEnded).toBe(false);
  const last = events.at(-1);
  expect(last?.kind === 'sent' && last.bytes).toBeLessThan(2_000_000);
});
