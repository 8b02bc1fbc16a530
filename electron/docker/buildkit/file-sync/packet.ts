/**
 * The messages of BuildKit's file sync (fsutil's `types/wire.proto` and `types/stat.proto`), written by hand: there is one
 * for every file of a context, and one for every chunk.
 */
import { BinaryReader } from '@bufbuild/protobuf/wire';
import type { WalkEntry } from '../../../engine/context/walk.ts';

/** `Packet.type`. */
export const packetType = { stat: 0, request: 1, data: 2, fin: 3, error: 4 } as const;

/** What a receiver can say. */
export type ReceiverPacket =
  | { readonly kind: 'request'; readonly id: number }
  | { readonly kind: 'fin' }
  | { readonly kind: 'error'; readonly message: string };

/** Field numbers and wire types as they stand on the wire: `number << 3 | type`. */
const tag = { type: 0x08, stat: 0x12, id: 0x18, data: 0x22 } as const;
const statTag = {
  path: 0x0a,
  mode: 0x10,
  size: 0x28,
  mtime: 0x30,
  linkname: 0x3a,
  deviceMajor: 0x40,
  deviceMinor: 0x48,
} as const;

/** A `uint32` or `uint64` below 2^53 takes at most this many bytes, and so does a negative `int64`. */
const longestVarint = 10;

/** The end of all STATs. */
export const endOfStats: Uint8Array = Uint8Array.of();
/** Answers the receiver's FIN. */
export const fin: Uint8Array = Uint8Array.of(tag.type, packetType.fin);

/** STAT of one entry. Owner and group stay 0. */
export function statPacket(entry: WalkEntry): Uint8Array {
  const room = 12 * longestVarint + byteLength(entry.path) + byteLength(entry.linkname);
  const stat = new Writer(room);
  stat.bytes(statTag.path, entry.path);
  stat.number(statTag.mode, entry.mode);
  stat.number(statTag.size, entry.size);
  stat.int64(statTag.mtime, entry.mtime);
  stat.bytes(statTag.linkname, entry.linkname);
  stat.number(statTag.deviceMajor, entry.deviceMajor);
  stat.number(statTag.deviceMinor, entry.deviceMinor);
  const packet = new Writer(room);
  packet.bytes(tag.stat, stat.written());
  return packet.written();
}

/** Bytes in front of the content in a DATA packet, at most. */
export const dataHeaderRoom = 2 + (1 + 5) + (1 + 5);

/**
 * Makes a DATA packet of `length` bytes that lie in `buffer` from {@link dataHeaderRoom} on, without copying them: the
 * header goes right in front. With `length` 0 it is the end of the file.
 */
export function dataPacket(id: number, buffer: Buffer, length: number): Uint8Array {
  const header = new Writer(dataHeaderRoom);
  header.number(tag.type, packetType.data);
  header.number(tag.id, id);
  if (length > 0) header.number(tag.data, length);
  const bytes = header.written();
  const start = dataHeaderRoom - bytes.length;
  buffer.set(bytes, start);
  return buffer.subarray(start, dataHeaderRoom + length);
}

/** ERR: the receiver gives up with these words. */
export function errorPacket(message: string): Uint8Array {
  const packet = new Writer(2 * longestVarint + byteLength(message));
  packet.number(tag.type, packetType.error);
  packet.bytes(tag.data, message);
  return packet.written();
}

/** Reads what a receiver says. @throws Error when it is something else */
export function readReceiverPacket(message: Uint8Array): ReceiverPacket {
  const reader = new BinaryReader(message);
  let type: number = packetType.stat;
  let id = 0;
  let data: Uint8Array = endOfStats;
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const [number, wireType] = reader.tag();
    switch (message[start]) {
      case tag.type:
        type = reader.uint32();
        break;
      case tag.id:
        id = reader.uint32();
        break;
      case tag.data:
        data = reader.bytes();
        break;
      default:
        reader.skip(wireType, number);
    }
  }
  switch (type) {
    case packetType.request:
      return { kind: 'request', id };
    case packetType.fin:
      return { kind: 'fin' };
    case packetType.error:
      return { kind: 'error', message: Buffer.from(data).toString() };
    default:
      throw new Error(`a receiver of files doesn't send packets of type ${type}`);
  }
}

function byteLength(text: string | Uint8Array): number {
  return typeof text === 'string' ? Buffer.byteLength(text) : text.length;
}

const int64 = new DataView(new ArrayBuffer(8));

/** Writes fields; like proto3, none that is 0 or empty. */
class Writer {
  readonly #buffer: Buffer;
  #at = 0;

  constructor(room: number) {
    this.#buffer = Buffer.allocUnsafe(room);
  }

  number(fieldTag: number, value: number): void {
    if (value === 0) return;
    this.#buffer[this.#at++] = fieldTag;
    this.#varint(value);
  }

  int64(fieldTag: number, value: bigint): void {
    if (value === 0n) return;
    int64.setBigInt64(0, value);
    let high = int64.getUint32(0);
    let low = int64.getUint32(4);
    this.#buffer[this.#at++] = fieldTag;
    while (high > 0 || low > 0x7f) {
      this.#buffer[this.#at++] = (low & 0x7f) | 0x80;
      low = ((low >>> 7) | (high << 25)) >>> 0;
      high >>>= 7;
    }
    this.#buffer[this.#at++] = low;
  }

  bytes(fieldTag: number, value: string | Uint8Array): void {
    const length = byteLength(value);
    if (length === 0) return;
    this.#buffer[this.#at++] = fieldTag;
    this.#varint(length);
    if (typeof value === 'string') this.#buffer.write(value, this.#at);
    else this.#buffer.set(value, this.#at);
    this.#at += length;
  }

  written(): Uint8Array {
    return this.#buffer.subarray(0, this.#at);
  }

  #varint(value: number): void {
    let rest = value;
    while (rest > 0x7f) {
      this.#buffer[this.#at++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#buffer[this.#at++] = rest;
  }
}
