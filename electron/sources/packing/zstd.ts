import { Zstd } from '@hpcc-js/wasm-zstd';
import { type ByteInput, Damaged } from './byte-input.ts';

const frameMagic = 0xfd2fb528;
const longestBlock = 131_072;
/** Empty blocks in a row that a frame may have. Packers make one, at the end. */
const manyEmpty = 1_000;

/**
 * Unpacks one frame after another (RFC 8878), by zstd itself, made WebAssembly; checksums are checked. What a frame wants to be
 * kept for looking back is 128 MiB at most: zstd's own limit, and what `zstd --long` needs.
 *
 * The library unpacks into a buffer of a size that is told, and doesn't tell what it left: so it gets one block at a time, which
 * is never more than 128 KiB. It has one state for all callers: no two at a time in a thread.
 * @throws {@link Damaged} {@link import('./byte-input.ts').CutOff}
 */
export async function* unpackZstd(input: ByteInput): AsyncGenerator<Buffer> {
  const zstd = await Zstd.load();
  while ((await input.fill(4)) > 0) {
    const magic = (await input.take(4)).readUInt32LE();
    if (magic >>> 4 === 0x184d2a5) {
      await skipFrame(input);
      continue;
    }
    if (magic !== frameMagic) throw new Damaged('no zstd frame where one should be');
    zstd.reset();
    yield* unpackFrame(zstd, input);
  }
}

/**
 * The library makes nothing of an error, and says no more of it. So what makes nothing itself (the empty block that ends some
 * frames, and the checksum behind it) goes along with what makes something.
 */
async function* unpackFrame(zstd: Zstd, input: ByteInput): AsyncGenerator<Buffer> {
  const { header, hasChecksum } = await readHeader(input);
  let held: readonly Buffer[] = [];
  let before: readonly Buffer[] = [header];
  for (let last = false; !last;) {
    const block = await readBlock(input);
    last = block.last;
    const checksum = last && hasChecksum ? [await input.take(4)] : [];
    if (block.isEmpty) {
      before = [...before, ...block.bytes, ...checksum];
      if (before.length > manyEmpty) throw new Damaged('blocks of nothing without end');
    } else {
      if (held.length > 0) yield decode(zstd, held);
      held = [...before, ...block.bytes, ...checksum];
      before = [];
    }
  }
  // A frame of nothing at all has nothing that could be wrong.
  if (held.length > 0) yield decode(zstd, [...held, ...before]);
}

async function skipFrame(input: ByteInput): Promise<void> {
  for (let left = (await input.take(4)).readUInt32LE(); left > 0;) {
    const step = Math.min(left, longestBlock);
    await input.take(step);
    left -= step;
  }
}

/** The header as it came, with the magic number. */
async function readHeader(input: ByteInput): Promise<{ readonly header: Buffer; readonly hasChecksum: boolean }> {
  const first = await input.take(1);
  const flags = first[0] ?? 0;
  const isWhole = (flags & 0x20) !== 0;
  const dictionary = [0, 1, 2, 4][flags & 3] ?? 0;
  const size = [isWhole ? 1 : 0, 2, 4, 8][flags >> 6] ?? 0;
  const rest = await input.take((isWhole ? 0 : 1) + dictionary + size);
  const magic = Buffer.alloc(4);
  magic.writeUInt32LE(frameMagic);
  return { header: Buffer.concat([magic, first, rest]), hasChecksum: (flags & 4) !== 0 };
}

interface Block {
  readonly bytes: readonly Buffer[];
  readonly isEmpty: boolean;
  readonly last: boolean;
}

async function readBlock(input: ByteInput): Promise<Block> {
  const header = await input.take(3);
  const word = header.readUIntLE(0, 3);
  const size = word >> 3;
  if (size > longestBlock) throw new Damaged('a block larger than blocks may be');
  const kind = (word >> 1) & 3;
  const isRun = kind === 1; // one byte, to be repeated
  return {
    bytes: [header, await input.take(isRun ? 1 : size)],
    isEmpty: kind < 2 && size === 0,
    last: (word & 1) === 1,
  };
}

function decode(zstd: Zstd, packed: readonly Buffer[]): Buffer {
  const unpacked = zstd.decompressChunk(Buffer.concat(packed), longestBlock);
  if (unpacked.length === 0) throw new Damaged('zstd can’t unpack it');
  return Buffer.from(unpacked.buffer);
}
