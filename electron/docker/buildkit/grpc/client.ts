import http2 from 'node:http2';
import type { Duplex } from 'node:stream';
import { FrameSplitter, frame } from './framing.ts';
import { http2Options, windowSize } from './settings.ts';
import { GrpcStatus, grpcCode } from './status.ts';

/**
 * The calling side of gRPC on one connection. Calls may run beside each other. When a signal fires, its call is reset
 * (`RST_STREAM`, CANCEL) and fails with the signal's reason.
 */
export interface GrpcCalls {
  /** @throws GrpcStatus | ConnectionLost | the signal's reason */
  unary(path: string, message: Uint8Array, signal: AbortSignal): Promise<Uint8Array>;
  /** The messages that the server streams. @throws as `unary` */
  stream(path: string, message: Uint8Array, signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** A call in which both sides stream. @throws ConnectionLost | the signal's reason */
  talk(path: string, signal: AbortSignal): GrpcTalk;
}

/** Of a call; one with several values is sent once for each. */
export type CallHeaders = Readonly<Record<string, string | readonly string[]>>;

export interface GrpcClient extends GrpcCalls {
  /** Calls on the same connection, each with these headers. */
  withHeaders(headers: CallHeaders): GrpcCalls;
  /** Cuts the connection; calls under way fail. */
  close(): void;
}

/** A call in which both sides stream. */
export interface GrpcTalk {
  /** Sends one message. Resolves when there is room for more, or nobody takes any: that is told by {@link messages}. */
  write(message: Uint8Array): Promise<void>;
  /** Nothing more is sent. */
  end(): void;
  /** What the server sends until it ends the call. To be iterated once; leaving it early resets the call. @throws as `unary` */
  messages(): AsyncIterable<Uint8Array>;
}

/** Speaks HTTP/2 with prior knowledge on a connection, and owns it from now on. */
export function grpcClient(connection: Duplex): GrpcClient {
  const session = http2.connect('http://localhost', { ...http2Options, createConnection: () => connection });
  session.on('connect', () => session.setLocalWindowSize(windowSize));
  // Every call sees the failure for itself; without a listener it would end the process.
  let failure: Error | undefined;
  session.on('error', (error: Error) => {
    failure = error;
  });

  function talkWith(own: CallHeaders, path: string, signal: AbortSignal): GrpcTalk {
    signal.throwIfAborted();
    if (session.destroyed) throw new ConnectionLost(failure);
    const call = session.request({
      ...Object.fromEntries(
        Object.entries(own).map(([name, value]) => [name, typeof value === 'string' ? value : [...value]]),
      ),
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    const cancel = () => call.close(http2.constants.NGHTTP2_CANCEL);
    signal.addEventListener('abort', cancel, { once: true });
    call.once('close', () => signal.removeEventListener('abort', cancel));
    let headers: http2.IncomingHttpHeaders = {};
    call.on('response', (got) => (headers = { ...headers, ...got }));
    call.on('trailers', (got) => (headers = { ...headers, ...got }));
    // Told to whoever reads.
    call.on('error', () => undefined);

    async function* messages(): AsyncGenerator<Uint8Array> {
      let complete = false;
      try {
        const splitter = new FrameSplitter();
        for await (const chunk of call as AsyncIterable<Buffer>) yield* splitter.push(chunk);
        complete = true;
        throwUnlessOk(headers);
        splitter.end();
      } catch (error) {
        signal.throwIfAborted();
        throw error instanceof GrpcStatus || error instanceof ConnectionLost
          ? error
          : new ConnectionLost(failure ?? error);
      } finally {
        if (!complete) cancel();
      }
    }

    return {
      messages,
      end: () => void call.end(),
      async write(message) {
        if (!call.writable || call.write(frame(message)) || call.destroyed) return;
        await new Promise<void>((resolve) => {
          const settle = () => {
            call.off('drain', settle);
            call.off('close', settle);
            resolve();
          };
          call.on('drain', settle);
          call.on('close', settle);
        });
      },
    };
  }

  function callsWith(own: CallHeaders): GrpcCalls {
    async function* stream(path: string, message: Uint8Array, signal: AbortSignal): AsyncGenerator<Uint8Array> {
      const call = talkWith(own, path, signal);
      void call.write(message);
      call.end();
      yield* call.messages();
    }
    return {
      stream,
      async unary(path, message, signal) {
        let answer: Uint8Array | undefined;
        for await (const got of stream(path, message, signal)) answer ??= got;
        if (answer === undefined) throw new GrpcStatus(grpcCode.internal, `${path}: no answer`);
        return answer;
      },
      talk: (path, signal) => talkWith(own, path, signal),
    };
  }

  return {
    ...callsWith({}),
    withHeaders: callsWith,
    close() {
      session.destroy();
      connection.destroy();
    },
  };
}

function throwUnlessOk(headers: http2.IncomingHttpHeaders): void {
  const status = headers['grpc-status'];
  if (status === '0') return;
  const http = headers[':status'];
  if (status === undefined) {
    if (http === undefined || Number(http) === 200) throw new ConnectionLost(undefined);
    throw new GrpcStatus(grpcCode.unknown, `HTTP ${String(http)}`);
  }
  const details = headers['grpc-status-details-bin'];
  throw new GrpcStatus(
    Number(status),
    percentDecoded(String(headers['grpc-message'] ?? '')),
    details === undefined ? undefined : Buffer.from(String(details), 'base64'),
  );
}

/** The connection went away before the call had its status. */
export class ConnectionLost extends Error {
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : 'the connection was closed', { cause });
    this.name = 'ConnectionLost';
  }
}

/** As the specification wants it: what is no valid escape stays as it is. */
function percentDecoded(text: string): string {
  const bytes: number[] = [];
  const encoded = Buffer.from(text, 'latin1');
  for (let at = 0; at < encoded.length; at++) {
    const escape = /^%([0-9a-f]{2})/i.exec(encoded.toString('latin1', at, at + 3))?.[1];
    bytes.push(escape === undefined ? (encoded[at] ?? 0) : Number.parseInt(escape, 16));
    if (escape !== undefined) at += 2;
  }
  return Buffer.from(bytes).toString();
}

/** The way back, for the messages that we send. */
export function percentEncoded(text: string): string {
  return [...Buffer.from(text)]
    .map((byte) =>
      byte >= 0x20 && byte < 0x7f && byte !== 0x25
        ? String.fromCharCode(byte)
        : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
    )
    .join('');
}
