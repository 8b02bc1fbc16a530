import type { LogStream } from '@shared/model/log-line.ts';

/** Looks in what a step prints for the texts that make it worth another try (`retryOnErrors`). */
export interface OutputMatch {
  see(stream: Exclude<LogStream, 'engine'>, data: Uint8Array): void;
  /** Without texts, always; with some, when one of them was printed, within either stream. */
  mayRetry(): boolean;
}

/** A match for these texts, over chunks that may split them anywhere. Keeps no more than the longest text. */
export function createOutputMatch(texts: readonly string[]): OutputMatch {
  const needles = texts.map((text) => Buffer.from(text));
  const keep = Math.max(0, ...needles.map((needle) => needle.length - 1));
  const tails = new Map<string, Buffer>();
  let found = needles.length === 0 || needles.some((needle) => needle.length === 0);
  return {
    see(stream, data) {
      if (found) return;
      const seen = Buffer.concat([tails.get(stream) ?? Buffer.alloc(0), data]);
      found = needles.some((needle) => seen.includes(needle));
      tails.set(stream, seen.subarray(Math.max(0, seen.length - keep)));
    },
    mayRetry: () => found,
  };
}
