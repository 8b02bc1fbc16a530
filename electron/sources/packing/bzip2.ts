// bzip2, which has no specification but its program's source; the layout is the one of Joe Tsai's "BZIP2: Format
// Specification" (2016). Why not a library: docs/decisions/0009-unpacking-in-a-thread.md.
import { type ByteInput, CutOff, Damaged } from './byte-input.ts';

const blockMagic = [0x314159, 0x265359] as const;
const endMagic = [0x177245, 0x385090] as const;
/** More than a block of 900,000 symbols takes, of 20 bits each, with its tables. */
const blockBytes = 2_400_000;
const longestCode = 20;
const groupSize = 50;
const pieceSize = 65_536;

const crcTable = Uint32Array.from({ length: 256 }, (_, index) => {
  let crc = index << 24;
  for (let bit = 0; bit < 8; bit++) crc = crc < 0 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  return crc >>> 0;
});

/**
 * Unpacks one bzip2 stream after another. What follows the last and is none is passed over, as bzip2 does. Holds some 7 MB.
 * @throws {@link Damaged} {@link CutOff}
 */
export async function* unpackBzip2(input: ByteInput): AsyncGenerator<Buffer> {
  for (let first = true; ; first = false) {
    await input.fill(4);
    const [, level] = /^BZh([1-9])$/.exec(input.peek().subarray(0, 4).toString('latin1')) ?? [];
    if (level === undefined) {
      if (first) throw new Damaged('no bzip2 header');
      return;
    }
    input.skip(4);
    yield* unpackStream(input, Number(level) * 100_000);
  }
}

async function* unpackStream(input: ByteInput, blockSize: number): AsyncGenerator<Buffer> {
  const positions = new Uint32Array(blockSize);
  let combined = 0;
  let offset = 0;
  for (;;) {
    await input.fill(blockBytes);
    const bits = new Bits(input.peek(), offset);
    const magic = [bits.read(24), bits.read(24)];
    const crc = bits.readWord();
    if (magic[0] === endMagic[0] && magic[1] === endMagic[1]) {
      if (crc !== combined) throw new Damaged('the checksum of all is another');
      input.skip(Math.ceil(bits.position / 8));
      return;
    }
    if (magic[0] !== blockMagic[0] || magic[1] !== blockMagic[1]) throw new Damaged('no block where one should be');
    const { length, start } = readBlock(bits, positions);
    const summed = yield* expand(positions, length, start);
    if (summed !== crc) throw new Damaged('the checksum of a block is another');
    combined = (((combined << 1) | (combined >>> 31)) ^ crc) >>> 0;
    input.skip(Math.floor(bits.position / 8));
    offset = bits.position % 8;
  }
}

class Bits {
  readonly #bytes: Uint8Array;
  #at: number;
  #held = 0;
  #count = 0;

  constructor(bytes: Uint8Array, offset: number) {
    this.#bytes = bytes;
    this.#at = 0;
    if (offset > 0) this.read(offset);
  }

  /** In bits from the start. */
  get position(): number {
    return this.#at * 8 - this.#count;
  }

  /** @param count at most 24 */
  read(count: number): number {
    while (this.#count < count) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw new CutOff();
      this.#held = ((this.#held << 8) | byte) >>> 0;
      this.#count += 8;
    }
    this.#count -= count;
    const value = this.#held >>> this.#count;
    this.#held &= (1 << this.#count) - 1;
    return value;
  }

  readWord(): number {
    return ((this.read(16) << 16) | this.read(16)) >>> 0;
  }
}

/** Codes of one group, shortest first: those of a length end at `limits[length]`, and begin at `bases[length]` in `symbols`. */
interface Codes {
  readonly shortest: number;
  readonly longest: number;
  readonly limits: Int32Array;
  readonly bases: Int32Array;
  readonly symbols: Uint16Array;
}

/** Reads a block's symbols and sorts their positions: the low byte of each is a symbol, the rest where the next one is. */
function readBlock(bits: Bits, positions: Uint32Array): { readonly length: number; readonly start: number } {
  if (bits.read(1) !== 0) throw new Damaged('a block of the time before 0.9.5');
  const origin = bits.read(24);
  const used = readUsed(bits);
  const groups = bits.read(3);
  const selectorCount = bits.read(15);
  if (groups < 2 || groups > 6 || selectorCount === 0) throw new Damaged('impossible tables');
  const selectors = readSelectors(bits, groups, selectorCount);
  const codes = Array.from({ length: groups }, () => readCodes(bits, used.length + 2));
  const counts = new Uint32Array(256);
  const length = readSymbols(bits, selectors, codes, used, positions, counts);
  if (origin >= length) throw new Damaged('a block begins behind its end');

  let sum = 0;
  const starts = counts.map((count) => (sum += count) - count);
  for (let index = 0; index < length; index++) {
    const symbol = (positions[index] ?? 0) & 0xff;
    const place = starts[symbol] ?? 0;
    starts[symbol] = place + 1;
    positions[place] = ((positions[place] ?? 0) | (index << 8)) >>> 0;
  }
  return { length, start: origin };
}

function readUsed(bits: Bits): Uint8Array {
  const ranges = bits.read(16);
  const used: number[] = [];
  for (let range = 0; range < 16; range++) {
    if ((ranges & (0x8000 >> range)) === 0) continue;
    const symbols = bits.read(16);
    for (let at = 0; at < 16; at++) if ((symbols & (0x8000 >> at)) !== 0) used.push(range * 16 + at);
  }
  if (used.length === 0) throw new Damaged('a block without symbols');
  return Uint8Array.from(used);
}

function readSelectors(bits: Bits, groups: number, count: number): Uint8Array {
  const order = Array.from({ length: groups }, (_, index) => index);
  return Uint8Array.from({ length: count }, () => {
    let rank = 0;
    while (bits.read(1) === 1) if (++rank >= groups) throw new Damaged('a group that isn’t there');
    const [group = 0] = order.splice(rank, 1);
    order.unshift(group);
    return group;
  });
}

function readCodes(bits: Bits, symbolCount: number): Codes {
  const lengths = new Uint8Array(symbolCount);
  let length = bits.read(5);
  for (let symbol = 0; symbol < symbolCount; symbol++) {
    while (length >= 1 && length <= longestCode && bits.read(1) === 1) length += bits.read(1) === 0 ? 1 : -1;
    if (length < 1 || length > longestCode) throw new Damaged('a code of impossible length');
    lengths[symbol] = length;
  }
  const limits = new Int32Array(longestCode + 1);
  const bases = new Int32Array(longestCode + 1);
  const symbols = new Uint16Array(symbolCount);
  let code = 0;
  let placed = 0;
  for (let size = 1; size <= longestCode; size++) {
    bases[size] = placed - code;
    for (let symbol = 0; symbol < symbolCount; symbol++) {
      if (lengths[symbol] !== size) continue;
      symbols[placed++] = symbol;
      code++;
    }
    limits[size] = code - 1;
    code <<= 1;
  }
  return { shortest: Math.min(...lengths), longest: Math.max(...lengths), limits, bases, symbols };
}

/** Undoes Huffman's codes, moving to the front, and runs. */
function readSymbols(
  bits: Bits,
  selectors: Uint8Array,
  codes: readonly Codes[],
  used: Uint8Array,
  into: Uint32Array,
  counts: Uint32Array,
): number {
  const front = used.slice();
  const end = used.length + 1;
  let length = 0;
  let run = 0;
  let weight = 1;
  let left = 0;
  let selector = 0;
  let group: Codes | undefined;
  for (;;) {
    if (left-- === 0) {
      group = codes[selectors[selector++] ?? -1];
      left = groupSize - 1;
    }
    if (group === undefined) throw new Damaged('a block without an end');
    const symbol = readSymbol(bits, group);
    if (symbol <= 1) {
      run += weight << symbol;
      weight <<= 1;
      if (run > into.length - length) throw new Damaged('a block larger than blocks may be');
      continue;
    }
    if (run > 0) {
      const value = front[0] ?? 0;
      into.fill(value, length, length + run);
      counts[value] = (counts[value] ?? 0) + run;
      length += run;
      run = 0;
      weight = 1;
    }
    if (symbol === end) return length;
    if (length >= into.length) throw new Damaged('a block larger than blocks may be');
    const value = front[symbol - 1] ?? 0;
    front.copyWithin(1, 0, symbol - 1);
    front[0] = value;
    into[length++] = value;
    counts[value] = (counts[value] ?? 0) + 1;
  }
}

function readSymbol(bits: Bits, { shortest, longest, limits, bases, symbols }: Codes): number {
  let size = shortest;
  let code = bits.read(size);
  while (code > (limits[size] ?? -1)) {
    if (++size > longest) throw new Damaged('a code that nothing has');
    code = (code << 1) | bits.read(1);
  }
  const symbol = symbols[(bases[size] ?? 0) + code];
  if (symbol === undefined) throw new Damaged('a code that nothing has');
  return symbol;
}

/** Walks the block in its own order; four of a byte are followed by how many more there are. Returns the checksum. */
function* expand(positions: Uint32Array, length: number, start: number): Generator<Buffer, number> {
  let piece = Buffer.allocUnsafe(pieceSize);
  let filled = 0;
  let crc = 0xffffffff;
  let next = (positions[start] ?? 0) >>> 8;
  let last = -1;
  let same = 0;
  for (let done = 0; done < length; done++) {
    const entry = positions[next] ?? 0;
    next = entry >>> 8;
    const byte = entry & 0xff;
    let copies = 1;
    let value = byte;
    if (same === 4) {
      copies = byte;
      value = last;
      same = 0;
      last = -1;
    } else {
      same = byte === last ? same + 1 : 1;
      last = byte;
    }
    for (; copies > 0; copies--) {
      piece[filled++] = value;
      crc = (crc << 8) ^ (crcTable[(crc >>> 24) ^ value] ?? 0);
      if (filled === pieceSize) {
        yield piece;
        piece = Buffer.allocUnsafe(pieceSize);
        filled = 0;
      }
    }
  }
  if (filled > 0) yield piece.subarray(0, filled);
  return ~crc >>> 0;
}
