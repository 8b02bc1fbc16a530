import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { ServerMethod, ServerStream } from '../grpc/stream.ts';
import { BytesMessage } from '../proto/session.ts';

/** Takes the one file that an exporter hands over (a tar archive), and writes it where it was told to. Without a place there is no such method. */
export function fileSendMethods(outputFile: string | undefined): ReadonlyMap<string, ServerMethod> {
  if (outputFile === undefined) return new Map();
  return new Map<string, ServerMethod>([
    [
      '/moby.filesync.v1.FileSend/DiffCopy',
      (stream) => pipeline(pieces(stream), createWriteStream(outputFile, { mode: 0o600 }), { signal: stream.signal }),
    ],
  ]);
}

async function* pieces(stream: ServerStream): AsyncGenerator<Uint8Array> {
  for await (const message of stream.messages()) yield BytesMessage.decode(message).data;
}
