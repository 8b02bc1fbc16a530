import { lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { createGunzip, gzipSync } from 'node:zlib';
import { AppFailure } from '@shared/model/app-error.ts';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../tree-fixture.ts';
import { hostileArchives } from './hostile-archives-testing.ts';
import { listing, makeJail, outside } from './jail-testing.ts';
import { rawEntry, type RawEntry, rawTar } from './raw-tar-testing.ts';
import { type UnpackOptions, unpackArchive } from './unpack-archive.ts';

const base = temporaryFolder();
afterAll(() => rmSync(base, { recursive: true }));
const never = new AbortController().signal;

const jail = () => makeJail(base);

function chunked(bytes: Buffer, size: number): Readable {
  const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );
  return Readable.from(chunks);
}

const unpack = (bytes: Buffer, root: string, options?: UnpackOptions) =>
  unpackArchive(chunked(bytes, 65_536), root, never, options);

describe.each([
  ['in one piece', (bytes: Buffer) => Readable.from(bytes.length === 0 ? [] : [bytes])],
  ['in pieces of 7 bytes', (bytes: Buffer) => chunked(bytes, 7)],
  ['packed', (bytes: Buffer) => Readable.from([gzipSync(bytes)]).pipe(createGunzip())],
] as const)('an archive that comes %s', (_, streamOf) => {
  it.each(hostileArchives)('with $what', async ({ bytes, options, refused, kept, skipped = [] }) => {
    const place = jail();
    const before = outside(place);
    const unpacking = unpackArchive(streamOf(bytes(place.canary)), place.root, never, options);
    if (refused === undefined) {
      const told = await unpacking;
      expect([...listing(place.root)].sort()).toEqual([...(kept ?? [])].sort());
      expect(told.entries).toBe(kept?.length);
      expect(told.skipped.map(({ kind, path: at }) => `${kind} ${at}`)).toEqual(skipped);
    } else {
      const code = refused === 'tooLarge' ? 'archive.tooLarge' : 'archive.invalid';
      const params = refused === 'tooLarge' ? {} : { reason: refused };
      await expect(unpacking).rejects.toMatchObject({ error: { code, params } });
      expect(readdirSync(path.dirname(place.root))).not.toContain('root');
    }
    expect(outside(place)).toEqual(before);
    expect(readFileSync(path.join(place.canary, 'secret'), 'utf8')).toBe('secret');
  });
});

it('never leaves its folder, whatever is in the archive', async () => {
  const name = fc
    .array(fc.constantFrom('a', 'b', 'A', '..', '.', '', 'l'), { minLength: 1, maxLength: 4 })
    .map((names) => names.join('/'));
  const entry = fc.record({
    name,
    type: fc.constantFrom('0', '0', '1', '2', '2', '5', '5', '6'),
    linkname: fc.oneof(name, fc.constant('../../canary'), fc.constant('../../canary/secret')),
    content: fc.constantFrom('', 'x'),
    mode: fc.integer({ min: 0, max: 0o7777 }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(entry, { maxLength: 8 }),
      fc.constantFrom('keep' as const, 'refuse' as const),
      async (entries, outsideLinks) => {
        const place = jail();
        const before = outside(place);
        const plain = entries.map(({ content, type, ...rest }): RawEntry => ({
          ...rest,
          type,
          content: type === '0' ? content : '',
        }));
        const settled = await unpack(rawTar(plain), place.root, { outsideLinks }).then(
          () => 'unpacked',
          (error: unknown) => (error instanceof AppFailure ? error.error.code : error),
        );
        expect(['unpacked', 'archive.invalid']).toContain(settled);
        expect(outside(place)).toEqual(before);
        expect(readdirSync(path.dirname(place.root)).includes('root')).toBe(settled === 'unpacked');
        rmSync(place.jail, { recursive: true });
      },
    ),
    { numRuns: 300 },
  );
});

it('keeps modes and times, and no bit that would give others our rights', async () => {
  const { root } = jail();
  const modes = { setuid: 0o6755, plain: 0o640, none: 0o000, run: 0o711 };
  const entries = Object.entries(modes).map(([name, mode]): RawEntry => ({
    name,
    mode,
    content: name,
    mtime: 1234567890,
  }));
  await unpack(
    rawTar([
      { name: 'shared/', type: '5', mode: 0o3775, mtime: 1111111111 },
      { name: 'closed/', type: '5', mode: 0o500 },
      { name: 'closed/f', content: 'in a folder that nobody may write to' },
      { name: 'shared/f', content: '' },
      { name: 'l', type: '2', linkname: 'plain', mtime: 1222222222 },
      ...entries,
      { name: 'late', content: '', pax: { mtime: '1e99' }, mtime: 0o77777777777 },
    ]),
    root,
  );
  const modeOf = (name: string) => (lstatSync(path.join(root, name)).mode & 0o7777).toString(8);
  expect(Object.keys(modes).map(modeOf)).toEqual(['755', '640', '400', '711']);
  expect(['shared', 'closed'].map(modeOf)).toEqual(['3775', '700']);
  const timeOf = (name: string) => lstatSync(path.join(root, name)).mtimeMs / 1000;
  expect(['plain', 'shared', 'l'].map(timeOf)).toEqual([1234567890, 1111111111, 1222222222]);
});

it('gives the last of two files, and leaves other names of the first alone', async () => {
  const { root } = jail();
  const entries = [
    { name: 'f', content: 'first' },
    { name: 'other', type: '1', linkname: 'f' },
    { name: 'f', content: 'last' },
  ];
  expect(await unpack(rawTar(entries), root)).toEqual({ entries: 2, bytes: 9, skipped: [] });
  expect(['f', 'other'].map((name) => readFileSync(path.join(root, name), 'utf8'))).toEqual(['last', 'first']);
});

describe('a bomb', () => {
  /** What comes for ever, and how much of it was taken. */
  function endless(piece: Buffer) {
    const taken = { bytes: 0, memory: 0 };
    const stream = new Readable({
      read() {
        taken.bytes += piece.length;
        taken.memory = Math.max(taken.memory, process.memoryUsage.rss());
        this.push(piece);
      },
    });
    return { stream, taken };
  }

  it.each([
    ['empty files', rawEntry({ name: 'f' }), 200_000],
    ['zeros', Buffer.alloc(65_536), 10_000_000],
    ['long names', rawEntry({ name: 'x', type: 'x', content: Buffer.alloc(60_000, 'x') }), 10_000_000],
    ['files of 64 kB', rawEntry({ name: 'f', content: Buffer.alloc(65_536) }), 1_000_000],
  ])('of endless %s is stopped', async (_, piece, most) => {
    const { root, ...rest } = jail();
    const before = outside({ root, ...rest });
    const { stream, taken } = endless(piece);
    const options = { entries: 10, bytes: 300_000 };
    await expect(unpackArchive(stream, root, never, options)).rejects.toMatchObject({
      error: { code: 'archive.tooLarge' },
    });
    expect(taken.bytes).toBeLessThan(most);
    expect(stream.destroyed).toBe(true);
    expect(outside({ root, ...rest })).toEqual(before);
    expect(readdirSync(path.dirname(root))).not.toContain('root');
  });

  it('of ten gigabytes is refused before the first byte', async () => {
    const { root } = jail();
    const head = rawEntry({ name: 'f', size: Buffer.from('120000000000') }).subarray(0, 512);
    const { stream, taken } = endless(Buffer.alloc(65_536));
    stream.unshift(head);
    await expect(unpackArchive(stream, root, never)).rejects.toMatchObject({
      error: { code: 'archive.tooLarge', params: { limit: '2.1 GB', path: 'f' } },
    });
    expect(taken.bytes).toBeLessThan(1_000_000);
  });

  it('is not kept in memory', async () => {
    const { root } = jail();
    const before = process.memoryUsage.rss();
    const { stream, taken } = endless(rawEntry({ name: 'f', content: Buffer.alloc(4 * 1024 * 1024) }));
    await expect(unpackArchive(stream, root, never, { bytes: 200_000_000 })).rejects.toThrow('archive.tooLarge');
    expect(taken.memory - before).toBeLessThan(150 * 1024 * 1024);
  });
});

describe('when it is stopped', () => {
  it('leaves nothing, and says why', async () => {
    const { root } = jail();
    const abort = new AbortController();
    const head = rawTar([
      { name: 'a/b/c', content: 'x' },
      { name: 'd', content: 'y'.repeat(100_000) },
    ]).subarray(0, 50_000);
    const stream = new Readable({ read: () => undefined });
    stream.push(head);
    const unpacking = unpackArchive(stream, root, abort.signal);
    await expect.poll(() => readdirSync(path.dirname(root))).toContain('root');
    await expect.poll(() => readdirSync(root)).toContain('d');
    abort.abort(new Error('not wanted'));
    await expect(unpacking).rejects.toThrow('not wanted');
    expect(readdirSync(path.dirname(root))).not.toContain('root');
    expect(stream.destroyed).toBe(true);
    await expect(unpackArchive(Readable.from([rawTar([])]), root, abort.signal)).rejects.toThrow('not wanted');
  });

  it('by its stream, says what that said', async () => {
    const { root } = jail();
    const entries = rawTar([{ name: 'd', content: 'y'.repeat(100_000) }]);
    const failing = async function* () {
      yield await Promise.resolve(entries.subarray(0, 50_000));
      throw new Error('the line is dead');
    };
    await expect(unpackArchive(Readable.from(failing()), root, never)).rejects.toThrow('the line is dead');
    const cut = new Readable({ read: () => undefined });
    cut.push(entries.subarray(0, 50_000));
    const unpacking = unpackArchive(cut, root, never);
    await expect.poll(() => readdirSync(path.dirname(root))).toContain('root');
    cut.destroy();
    await expect(unpacking).rejects.toMatchObject({
      error: { code: 'archive.invalid', params: { reason: 'truncated' } },
    });
    expect(readdirSync(path.dirname(root))).not.toContain('root');
  });
});

describe('the folder', () => {
  const archive = rawTar([{ name: 'f', content: 'x' }]);
  const broken = rawTar([{ name: 'd/f', content: 'x' }, { name: '../f' }]);

  it('is made, with all above it, and goes again when nothing comes of it', async () => {
    const { root } = jail();
    await expect(unpack(broken, path.join(root, 'in/deep'))).rejects.toThrow('archive.invalid');
    expect(readdirSync(path.dirname(root))).not.toContain('root');
    await unpack(archive, path.join(root, 'in/deep'));
    expect(listing(root)).toEqual(['in/', 'in/deep/', 'in/deep/f']);
  });

  it('stays, if it was there, and gets nothing when nothing comes of it', async () => {
    const { root } = jail();
    mkdirSync(root);
    await expect(unpack(broken, root)).rejects.toThrow('archive.invalid');
    expect(readdirSync(root)).toEqual([]);
    await unpack(archive, root);
    expect(readdirSync(root)).toEqual(['f']);
  });

  it('isn’t touched when something is in it', async () => {
    const { root } = jail();
    mkdirSync(root);
    writeFileSync(path.join(root, 'mine'), 'mine');
    await expect(unpack(archive, root)).rejects.toThrow('is not empty');
    await expect(unpack(broken, root)).rejects.toThrow('is not empty');
    expect(readdirSync(root)).toEqual(['mine']);
  });

  it('may be named by a link', async () => {
    const { root, jail: place } = jail();
    mkdirSync(path.join(place, 'elsewhere'));
    symlinkSync(path.join(place, 'elsewhere'), root);
    await unpack(archive, root);
    expect(readdirSync(path.join(place, 'elsewhere'))).toEqual(['f']);
  });
});

it('tells paths so that they harm no terminal, and no patience', async () => {
  const { root } = jail();
  const name = `../\u001b]0;owned\u0007\n${'x'.repeat(3000)}`;
  const refused = unpack(rawTar([{ name: 'safe', content: '', pax: { path: name } }]), root);
  await expect(refused).rejects.toMatchObject({
    error: { params: { path: expect.stringMatching(/^\.\.\/\uFFFD\]0;owned\uFFFD\uFFFDx+…$/) as string } },
  });
  await expect(refused).rejects.toSatisfy((error: AppFailure) => String(error.error.params.path).length <= 201);
});
