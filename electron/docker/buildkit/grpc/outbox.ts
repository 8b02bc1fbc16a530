import { frame, framedLength, writeFrame } from './framing.ts';

/** Bytes that go out together. */
const batchBytes = 32 * 1024;

/**
 * Frames messages and hands them on in batches: tens of thousands of small ones, which a file sync is made of, would each cost a
 * write of HTTP/2. A batch goes when it is full, or when the loop has a moment; the order stays.
 */
export class Outbox {
  readonly #send: (bytes: Buffer) => void;
  #batch: Buffer | undefined;
  #length = 0;
  #soon: NodeJS.Immediate | undefined;

  constructor(send: (bytes: Buffer) => void) {
    this.#send = send;
  }

  /** Bytes that were added and have not been handed on. */
  get length(): number {
    return this.#length;
  }

  add(message: Uint8Array): void {
    const length = framedLength(message);
    if (this.#length + length > batchBytes) this.flush();
    if (length > batchBytes) {
      this.#send(frame(message));
      return;
    }
    this.#batch ??= Buffer.allocUnsafeSlow(batchBytes);
    writeFrame(this.#batch, this.#length, message);
    this.#length += length;
    this.#soon ??= setImmediate(() => this.flush());
  }

  flush(): void {
    clearImmediate(this.#soon);
    this.#soon = undefined;
    const batch = this.#batch;
    if (batch === undefined) return;
    const length = this.#length;
    this.#batch = undefined;
    this.#length = 0;
    this.#send(batch.subarray(0, length));
  }
}
