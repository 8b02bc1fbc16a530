import { Readable } from 'node:stream';
import { XzReadableStream } from 'xz-decompress';
import { type ByteInput, CutOff, Damaged } from './byte-input.ts';

/** Results of xz-embedded (linux/xz.h), of which the library makes the end of its message. */
const results: Readonly<Record<string, string>> = {
  '2': 'a checksum of an unknown kind',
  '3': 'too little memory',
  '4': 'a dictionary of more than 64 MiB',
  '5': 'no xz stream where one should be',
  '6': 'a filter or a checksum that isn’t read: LZMA2 is, with CRC32, CRC64 or none',
  '7': 'the checksum is another',
};

/**
 * Unpacks one xz stream after another, by xz-embedded, made WebAssembly. It takes LZMA2 with a dictionary of up to 64 MiB, as
 * `xz` writes it unless told otherwise. No two at a time in a thread: the library would let one wait for the other.
 * @throws {@link Damaged} {@link CutOff}
 */
export async function* unpackXz(input: ByteInput): AsyncGenerator<Buffer> {
  const unpacked = new XzReadableStream(Readable.toWeb(Readable.from(input.rest())) as ReadableStream<Uint8Array>);
  try {
    for await (const piece of Readable.fromWeb(unpacked as Parameters<typeof Readable.fromWeb>[0]))
      yield Buffer.from(piece as Uint8Array);
  } catch (error) {
    const [, result = ''] = /error code (\d+)$/.exec(error instanceof Error ? error.message : '') ?? [];
    if (result === '8') throw new CutOff();
    const words = results[result];
    throw words === undefined ? error : new Damaged(words, { cause: error });
  }
}
