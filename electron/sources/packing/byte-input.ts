/** Bytes that come in pieces, taken in the portions that a format wants. */
export class ByteInput {
  readonly #source: AsyncIterator<Buffer>;
  #pieces: Buffer[] = [];
  #length = 0;
  #ended = false;

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Waits for so many bytes, or for the end. Answers how many there are. */
  async fill(wanted: number): Promise<number> {
    while (this.#length < wanted && !this.#ended) {
      const { done, value } = await this.#source.next();
      if (done === true) {
        this.#ended = true;
      } else {
        this.#pieces.push(value);
        this.#length += value.length;
      }
    }
    return this.#length;
  }

  /** What has been waited for, without taking it. */
  peek(): Buffer {
    const [first = Buffer.alloc(0), ...rest] = this.#pieces;
    if (rest.length === 0) return first;
    const whole = Buffer.concat(this.#pieces);
    this.#pieces = [whole];
    return whole;
  }

  /** Takes exactly so many bytes. @throws {@link CutOff} at the end */
  async take(wanted: number): Promise<Buffer> {
    if ((await this.fill(wanted)) < wanted) throw new CutOff();
    const taken = this.peek().subarray(0, wanted);
    this.skip(wanted);
    return taken;
  }

  /** Drops bytes that have been waited for. */
  skip(count: number): void {
    const rest = this.peek().subarray(count);
    this.#pieces = rest.length === 0 ? [] : [rest];
    this.#length = rest.length;
  }

  /** All that is left, as it comes. */
  async *rest(): AsyncGenerator<Buffer> {
    const there = this.peek();
    this.skip(there.length);
    if (there.length > 0) yield there;
    for (;;) {
      const { done, value } = await this.#source.next();
      if (done === true) return;
      yield value;
    }
  }
}

/** Packed bytes end before their end. */
export class CutOff extends Error {
  override name = 'CutOff';

  constructor() {
    super('the packed archive ends before its end');
  }
}

/** Packed bytes that aren't what they say they are. */
export class Damaged extends Error {
  override name = 'Damaged';
}
