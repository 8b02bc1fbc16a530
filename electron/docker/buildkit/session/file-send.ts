import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import type { ServerMethod } from '../grpc/stream.ts';
import { BytesMessage } from '../proto/session.ts';

/** Takes the one file that an exporter hands over (a tar archive), and writes it where it was told to. Without a place there is no such method. */
export function fileSendMethods(outputFile: string | undefined): ReadonlyMap<string, ServerMethod> {
  if (outputFile === undefined) return new Map();
  return new Map<string, ServerMethod>([
    [
      '/moby.filesync.v1.FileSend/DiffCopy',
      async (stream) => {
        const file = createWriteStream(outputFile, { mode: 0o600 });
        try {
          for await (const message of stream.messages()) {
            if (!file.write(BytesMessage.decode(message).data)) await once(file, 'drain', { signal: stream.signal });
          }
          file.end();
          await finished(file);
        } finally {
          file.destroy();
        }
      },
    ],
  ]);
}
