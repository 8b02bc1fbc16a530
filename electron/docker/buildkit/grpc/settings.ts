/** How both our HTTP/2 sides are set up. */
import type http2 from 'node:http2';

/** Bytes that may be on the way before we acknowledge: a local daemon should never wait for us. */
export const windowSize = 8 * 1024 * 1024;

/**
 * Each `.dockerignore` line is a header of its own, so Node's limits of 128 headers and 64 KiB are far too low. The
 * memory limit (MiB) counts what is queued for sending; ours is bounded by waiting for `drained`.
 */
export const http2Options = {
  maxHeaderListPairs: 1_000_000,
  maxSessionMemory: 256,
  settings: { initialWindowSize: windowSize, maxHeaderListSize: 64 * 1024 * 1024, enablePush: false },
} satisfies http2.ServerSessionOptions & http2.ClientSessionOptions;
