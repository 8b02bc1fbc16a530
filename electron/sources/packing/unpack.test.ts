import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rawTar } from '../../engine/context/archive/raw-tar-testing.ts';
import { ByteInput } from './byte-input.ts';
import { packingBytes, packingOf, unpack } from './unpack.ts';

/** By the programs themselves, which are what people pack with. */
const by =
  (program: string, ...options: string[]) =>
  (bytes: Buffer) =>
    execFileSync(program, ['-c', ...options], { input: bytes, maxBuffer: 2 ** 30, stdio: ['pipe', 'pipe', 'ignore'] });

const packers = {
  gzip: [by('gzip')],
  bzip2: [by('bzip2'), by('bzip2', '-1')],
  xz: [
    by('xz'),
    by('xz', '-0'),
    by('xz', '-9e'),
    by('xz', '--check=crc32'),
    by('xz', '--check=none', '--block-size=100KiB'),
  ],
  zstd: [by('zstd'), by('zstd', '-1', '--no-check'), by('zstd', '--ultra', '-22'), by('zstd', '--long=27')],
} as const;
const all = Object.entries(packers).flatMap(([name, ways]) => ways.map((way, index) => ({ name, way, index })));
const one = Object.entries(packers).map(([name, [way]]) => ({ name, way }));

async function unpacked(bytes: Buffer, size = 65_536): Promise<Buffer> {
  const pieces = function* () {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  };
  const input = new ByteInput(Readable.from(pieces(), { objectMode: true }));
  await input.fill(packingBytes);
  const packing = packingOf(input.peek());
  if (packing === undefined) throw new Error('no packing');
  const out: Buffer[] = [];
  for await (const piece of unpack(packing, input)) out.push(piece);
  return Buffer.concat(out);
}

const words = Buffer.from(Array.from({ length: 20_000 }, (_, n) => `line ${(n * 7919) % 1000}\n`).join(''));
const contents: readonly (readonly [string, Buffer])[] = [
  ['nothing', Buffer.alloc(0)],
  ['a byte', Buffer.from('x')],
  ['text', words],
  ['noise', randomBytes(1_200_000)],
  ['zeros', Buffer.alloc(10_000_000)],
  [
    'runs of every length',
    Buffer.concat(Array.from({ length: 600 }, (_, n) => Buffer.alloc(n, n % 5 === 0 ? 1 : n % 256))),
  ],
  ['what lies far apart', Buffer.concat([words, randomBytes(700_000), words])],
];

describe.each(all)('$name ($index)', ({ name, way }) => {
  it.each(contents)('gives back %s', async (_, content) => {
    const packed = way(content);
    expect(packingOf(packed.subarray(0, packingBytes))).toBe(name);
    expect((await unpacked(packed)).equals(content)).toBe(true);
  });
});

describe.each(one)('$name', ({ name, way }) => {
  it('takes pieces of any size, and several streams in a row', async () => {
    const twice = Buffer.concat([way(words), way(Buffer.alloc(0)), way(words)]);
    for (const size of [1, 7, 1000])
      expect((await unpacked(twice, size)).equals(Buffer.concat([words, words]))).toBe(true);
  });

  it('says that it is cut off, wherever that is', async () => {
    const packed = way(words);
    for (const length of [20, Math.floor(packed.length / 2), packed.length - 1])
      await expect(unpacked(packed.subarray(0, length))).rejects.toMatchObject({ name: 'CutOff' });
  });

  it('gives nothing wrong when a bit is', async () => {
    const packed = way(words);
    await fc.assert(
      fc.asyncProperty(fc.nat(packed.length * 8 - 1), async (bit) => {
        const wrong = Buffer.from(packed);
        wrong[bit >> 3] = (wrong[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const settled = await unpacked(wrong).then(
          // Bits of a header that mean nothing for the content (gzip's time).
          (content) => content.equals(words),
          (error: Error) => ['CutOff', 'Damaged'].includes(error.name) || error.message === 'no packing' || error,
        );
        expect(settled).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('says that what follows is none of it, or passes it over as its program does', async () => {
    for (const length of [4, 300_000]) {
      const more = Buffer.concat([way(words), Buffer.alloc(length, 'garbage ')]);
      const settled = await unpacked(more).then(
        (content) => content.equals(words),
        (error: Error) => error.name,
      );
      expect(name === 'bzip2' ? [true] : ['Damaged', 'CutOff']).toContain(settled);
    }
  });
});

it.each([['--x86', '--lzma2'], ['--check=sha256'], ['--lzma2=dict=256MiB']])(
  'says what of xz isn’t read: %s',
  async (...options) => {
    await expect(unpacked(by('xz', ...options)(words))).rejects.toMatchObject({ name: 'Damaged' });
  },
);

it('wants no more of zstd’s past than 128 MiB', async () => {
  // A frame of a window of 2 GiB, with one block of a byte.
  const frame = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 21 << 3, 1 | (1 << 3), 0, 0, 0x78]);
  const before = process.memoryUsage().rss;
  await expect(unpacked(frame)).rejects.toMatchObject({ name: 'Damaged' });
  expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
});

it('passes over what zstd has along', async () => {
  const skipped = Buffer.concat([Buffer.from([0x5a, 0x2a, 0x4d, 0x18, 5, 0, 0, 0]), Buffer.from('hello')]);
  expect((await unpacked(Buffer.concat([skipped, by('zstd')(words), skipped]))).equals(words)).toBe(true);
});

it.each([
  ['tar', rawTar([{ name: 'f' }])],
  ['tar', rawTar([])],
  ['gzip', gzipSync('x')],
  [undefined, Buffer.from('PK\u0003\u0004'.padEnd(600, 'x'))],
  [undefined, Buffer.from('<!doctype html>'.padEnd(600))],
  [undefined, Buffer.from('7z\u00bc\u00af\u0027\u001c'.padEnd(600, 'x'), 'latin1')],
  [undefined, Buffer.from('Rar!'.padEnd(600, 'x'))],
  [undefined, Buffer.alloc(100)],
  [undefined, Buffer.alloc(0)],
] as const)('sees %s', (packing, bytes) => {
  expect(packingOf(bytes.subarray(0, packingBytes))).toBe(packing);
});
