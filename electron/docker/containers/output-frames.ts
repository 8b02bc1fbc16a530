import type { OnOutput } from '../../engine/ports/containers.ts';

/** A frame's head: the stream, three zeros, the length of what follows (moby: pkg/stdcopy). */
const headSize = 8;

/**
 * Takes a container's framed output apart as it comes. Parts of frames are handed on at once, so that nothing is kept but a
 * head that came in two pieces; nothing is copied.
 */
export class OutputFrames {
  readonly #onOutput: OnOutput;
  readonly #head = Buffer.alloc(headSize);
  #headRead = 0;
  #stream: 'stdout' | 'stderr' = 'stdout';
  /** Bytes of the frame that are still to come. */
  #left = 0;

  constructor(onOutput: OnOutput) {
    this.#onOutput = onOutput;
  }

  /** @throws Error when it is something else than frames */
  take(chunk: Buffer, time: number): void {
    for (let at = 0; at < chunk.length;) {
      if (this.#left === 0) {
        at += this.#takeHead(chunk, at);
        continue;
      }
      const end = Math.min(at + this.#left, chunk.length);
      this.#onOutput(this.#stream, chunk.subarray(at, end), time);
      this.#left -= end - at;
      at = end;
    }
  }

  /** @throws Error when the output broke off within a frame */
  end(): void {
    if (this.#left > 0 || this.#headRead > 0) throw new Error('the output of the container broke off');
  }

  /** Returns how many bytes of the chunk it took. */
  #takeHead(chunk: Buffer, at: number): number {
    const taken = chunk.copy(this.#head, this.#headRead, at, at + headSize - this.#headRead);
    this.#headRead += taken;
    if (this.#headRead < headSize) return taken;
    this.#headRead = 0;
    this.#stream = streamOf(this.#head);
    this.#left = this.#head.readUInt32BE(4);
    return taken;
  }
}

function streamOf(head: Buffer): 'stdout' | 'stderr' {
  const [stream] = head;
  if (head.readUIntBE(1, 3) === 0) {
    if (stream === 1) return 'stdout';
    // 3 is the engine's own word about the stream (Systemerr).
    if (stream === 2 || stream === 3) return 'stderr';
  }
  throw new Error(`the engine sent something else than a container's output: ${head.toString('hex')}`);
}
