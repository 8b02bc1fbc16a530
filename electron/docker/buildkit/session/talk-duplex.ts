import { Duplex } from 'node:stream';
import type { GrpcTalk } from '../grpc/client.ts';
import { BytesMessage } from '../proto/session.ts';

/** Bytes that one message carries at most; gRPC servers take 4 MiB. */
const largest = 64 * 1024;

/** A connection inside a call of messages that carry bytes: how BuildKit by itself calls back (`Control.Session`). */
export function talkDuplex(talk: GrpcTalk): Duplex {
  const messages = talk.messages()[Symbol.asyncIterator]();
  const duplex = new Duplex({
    read() {
      messages.next().then(
        ({ done, value }) => void duplex.push(done === true ? null : Buffer.from(BytesMessage.decode(value).data)),
        (error: unknown) => duplex.destroy(error instanceof Error ? error : new Error(String(error))),
      );
    },
    write(chunk: Buffer, _encoding, done) {
      void send(talk, chunk, done);
    },
    final(done) {
      talk.end();
      done();
    },
    destroy(error, done) {
      talk.end();
      void messages.return?.(undefined).catch(() => undefined);
      done(error);
    },
  });
  return duplex;
}

async function send(talk: GrpcTalk, chunk: Buffer, done: (error?: Error) => void): Promise<void> {
  let failure: Error | undefined;
  try {
    for (let at = 0; at < chunk.length; at += largest)
      await talk.write(BytesMessage.encode({ data: chunk.subarray(at, at + largest) }));
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error));
  }
  done(failure);
}
