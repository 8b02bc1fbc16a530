import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { unpackBzip2 } from './bzip2.ts';
import { type ByteInput, CutOff, Damaged } from './byte-input.ts';
import { unpackXz } from './xz.ts';
import { unpackZstd } from './zstd.ts';

/** How an archive is packed. `tar` is not packed at all. */
export type Packing = 'tar' | 'gzip' | 'bzip2' | 'xz' | 'zstd';

/** Bytes that {@link packingOf} wants to see, where there are so many. */
export const packingBytes = 512;

const magics: readonly (readonly [Packing, Buffer])[] = [
  ['gzip', Buffer.from([0x1f, 0x8b, 8])],
  ['bzip2', Buffer.from('BZh')],
  ['xz', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0])],
  ['zstd', Buffer.from([0x28, 0xb5, 0x2f, 0xfd])],
];

/** How bytes are packed, by how they begin; undefined when they are no archive of ours (spec: contexts 5). */
export function packingOf(start: Uint8Array): Packing | undefined {
  const known = magics.find(([, magic]) => magic.equals(start.subarray(0, magic.length)));
  if (known !== undefined) return known[0];
  // zstd's frames to be skipped come first where something was told along (RFC 8878, 3.1.2).
  if (((start[0] ?? 0) & 0xf0) === 0x50 && Buffer.from([0x2a, 0x4d, 0x18]).equals(start.subarray(1, 4))) return 'zstd';
  return isTarHeader(start) ? 'tar' : undefined;
}

/** The checksum, for tar's magic is younger than tar; or zeros, with which an archive ends. */
function isTarHeader(start: Uint8Array): boolean {
  if (start.length < packingBytes) return false;
  const block = start.subarray(0, packingBytes);
  if (block.every((byte) => byte === 0)) return true;
  const told = Number.parseInt(
    Buffer.from(block.subarray(148, 156)).toString('latin1').replaceAll('\0', ' ').trim(),
    8,
  );
  const spaces = 8 * 0x20;
  const sum = (signed: boolean) =>
    block.reduce(
      (total, byte, at) => (at >= 148 && at < 156 ? total : total + (signed ? (byte << 24) >> 24 : byte)),
      spaces,
    );
  return told === sum(false) || told === sum(true); // some old packers summed up signed
}

/** What was packed. @throws {@link Damaged} {@link CutOff} */
export function unpack(packing: Packing, input: ByteInput): AsyncGenerator<Buffer> {
  switch (packing) {
    case 'tar':
      return input.rest();
    case 'gzip':
      return unpackGzip(input);
    case 'bzip2':
      return unpackBzip2(input);
    case 'xz':
      return unpackXz(input);
    case 'zstd':
      return unpackZstd(input);
  }
}

/** One member after another; zeros may follow the last, and nothing else. */
async function* unpackGzip(input: ByteInput): AsyncGenerator<Buffer> {
  const gunzip = createGunzip();
  const packed = Readable.from(input.rest());
  pipeline(packed, gunzip, () => undefined); // what goes wrong comes out of the other end
  try {
    for await (const piece of gunzip) yield piece as Buffer;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'Z_BUF_ERROR') throw new CutOff();
    if (typeof code === 'string' && code.startsWith('Z_')) throw new Damaged('gzip can’t unpack it', { cause: error });
    throw error;
  }
}
