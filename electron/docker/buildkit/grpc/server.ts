import http2 from 'node:http2';
import type { Duplex } from 'node:stream';
import { percentEncoded } from './client.ts';
import { FrameSplitter, frame } from './framing.ts';
import { http2Options, windowSize } from './settings.ts';
import { GrpcStatus, grpcCode } from './status.ts';
import type { ServerMethod, ServerStream } from './stream.ts';

/** Queued bytes after which a method is asked to wait. */
const enoughQueued = 1024 * 1024;

/** A connection that is served. */
export interface GrpcServer {
  /** Breaks off every call and closes the connection; nothing is read from it afterwards. */
  close(): Promise<void>;
}

/**
 * Answers gRPC calls on a connection, which it owns from now on. `methods` are keyed by path
 * (`/grpc.health.v1.Health/Check`); any other is answered UNIMPLEMENTED. What a method throws becomes the call's
 * status: a `GrpcStatus` as it is, anything else as UNKNOWN with its message.
 */
export function serveGrpc(connection: Duplex, methods: ReadonlyMap<string, ServerMethod>): GrpcServer {
  const session = http2.performServerHandshake(connection, http2Options);
  session.setLocalWindowSize(windowSize);
  session.on(
    'stream',
    (stream: http2.ServerHttp2Stream, headers: http2.IncomingHttpHeaders, _flags: number, rawHeaders: string[]) => {
      const path = String(headers[':path']);
      void answer(stream, rawHeaders, methods.get(path) ?? unimplemented(path));
    },
  );
  // Each call under way sees the end of the connection for itself.
  session.on('error', () => session.destroy());
  return {
    close: () =>
      new Promise((resolve) => {
        if (connection.destroyed) return resolve();
        connection.once('close', () => resolve());
        session.destroy();
        connection.destroy();
      }),
  };
}

function unimplemented(path: string): ServerMethod {
  return () => Promise.reject(new GrpcStatus(grpcCode.unimplemented, `unknown method ${path}`));
}

async function answer(
  stream: http2.ServerHttp2Stream,
  rawHeaders: readonly string[],
  method: ServerMethod,
): Promise<void> {
  const gone = new AbortController();
  let ended = false;
  stream.on('close', () => {
    if (!ended) gone.abort(callerGone());
  });
  // Told by `close` as well.
  stream.on('error', () => undefined);
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  let trailers: http2.OutgoingHttpHeaders = { 'grpc-status': '0' };
  stream.on('wantTrailers', () => stream.sendTrailers(trailers));
  try {
    await method(serverStream(stream, rawHeaders, gone.signal));
  } catch (error) {
    const status = error instanceof GrpcStatus ? error : new GrpcStatus(grpcCode.unknown, String(error));
    trailers = { 'grpc-status': String(status.code), 'grpc-message': percentEncoded(status.message) };
  }
  ended = true;
  if (!stream.destroyed) stream.end();
  // A caller that still talks must not fill our window for nothing.
  stream.resume();
}

function serverStream(
  stream: http2.ServerHttp2Stream,
  rawHeaders: readonly string[],
  signal: AbortSignal,
): ServerStream {
  return {
    metadata: metadataOf(rawHeaders),
    signal,
    async *messages() {
      const splitter = new FrameSplitter();
      for await (const chunk of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
        yield* splitter.push(chunk);
      }
      if (stream.aborted) throw callerGone();
      splitter.end();
    },
    write(message) {
      if (stream.destroyed) return false;
      stream.write(frame(message));
      return stream.writableLength < enoughQueued;
    },
    drained() {
      return new Promise((resolve, reject) => {
        if (stream.destroyed) return reject(callerGone());
        if (!stream.writableNeedDrain) return resolve();
        const settle = () => {
          stream.off('drain', settle);
          stream.off('close', settle);
          if (stream.destroyed) reject(callerGone());
          else resolve();
        };
        stream.on('drain', settle);
        stream.on('close', settle);
      });
    },
  };
}

function callerGone(): GrpcStatus {
  return new GrpcStatus(grpcCode.cancelled, 'the caller went away');
}

/** Node joins repeated headers with a comma, which patterns may contain too; the raw list keeps them apart. */
function metadataOf(rawHeaders: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const metadata = new Map<string, string[]>();
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    const value = rawHeaders[at + 1] ?? '';
    const values = metadata.get(name);
    if (values === undefined) metadata.set(name, [value]);
    else values.push(value);
  }
  return metadata;
}
