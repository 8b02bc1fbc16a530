/** Tags of DER (ITU-T X.690). */
export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  objectIdentifier: 0x06,
  utf8String: 0x0c,
  printableString: 0x13,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** A tag whose meaning depends on where it stands; `constructed` where it holds other values. */
export function contextTag(number: number, constructed: boolean): number {
  return (constructed ? 0xa0 : 0x80) | number;
}

/** A value: its tag, its length, what it holds. */
export function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  return Buffer.concat([Uint8Array.of(tag, ...lengthOf(content.length)), content]);
}

function lengthOf(length: number): readonly number[] {
  if (length < 0x80) return [length];
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return [0x80 | bytes.length, ...bytes];
}

export function sequence(...parts: readonly Uint8Array[]): Buffer {
  return der(tags.sequence, ...parts);
}

/** Not of negative numbers. */
export function integer(value: bigint): Buffer {
  return der(tags.integer, bytesOf(value));
}

/** So few bytes that the first bit is no one. */
function bytesOf(value: bigint): Buffer {
  const digits = value.toString(16);
  const even = digits.length % 2 === 0 ? digits : `0${digits}`;
  return Buffer.from(/^[89a-f]/.test(even) ? `00${even}` : even, 'hex');
}

/** `1.2.840.113549` */
export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...others] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second, ...others].flatMap((number) => {
    const septets = [number & 0x7f];
    for (let rest = number >>> 7; rest > 0; rest >>>= 7) septets.unshift(0x80 | (rest & 0x7f));
    return septets;
  });
  return der(tags.objectIdentifier, Uint8Array.from(bytes));
}

/** `unused`: bits at the end that don't count. */
export function bitString(bytes: Uint8Array, unused = 0): Buffer {
  return der(tags.bitString, Uint8Array.of(unused), bytes);
}

/** Bytes that are no certificate, or no key, in Go's words. */
export class Unparsable extends Error {}

/** Reads values one after the other, as strictly as Go's cryptobyte: undefined where there is none of the kind that is asked for. */
export class DerReader {
  #rest: Buffer;

  constructor(bytes: Buffer) {
    this.#rest = bytes;
  }

  get empty(): boolean {
    return this.#rest.length === 0;
  }

  isAt(tag: number): boolean {
    return this.#rest[0] === tag;
  }

  /** What a value of this tag holds. */
  read(tag: number): Buffer | undefined {
    return this.isAt(tag) ? this.readAny()?.content : undefined;
  }

  /** A value of this tag with its tag and length. */
  readWhole(tag: number): Buffer | undefined {
    return this.isAt(tag) ? this.readAny()?.whole : undefined;
  }

  readAny(): { readonly tag: number; readonly content: Buffer; readonly whole: Buffer } | undefined {
    const [tag, short] = this.#rest;
    if (tag === undefined || short === undefined || (tag & 0x1f) === 0x1f) return undefined;
    const count = short < 0x80 ? 0 : short & 0x7f;
    if (short === 0x80 || count > 4 || this.#rest.length < 2 + count) return undefined;
    const length = count === 0 ? short : this.#rest.readUIntBE(2, count);
    if (count > 0 && (length < 0x80 || this.#rest[2] === 0)) return undefined;
    const end = 2 + count + length;
    if (end > this.#rest.length) return undefined;
    const whole = this.#rest.subarray(0, end);
    this.#rest = this.#rest.subarray(end);
    return { tag, content: whole.subarray(2 + count), whole };
  }

  /** Only in as few bytes as it takes. */
  readInteger(): bigint | undefined {
    const bytes = this.read(tags.integer);
    return bytes === undefined || !isMinimal(bytes) ? undefined : signed(bytes);
  }

  readObjectIdentifier(): string | undefined {
    const bytes = this.read(tags.objectIdentifier);
    return bytes === undefined ? undefined : dotted(bytes);
  }

  readBitString(): Buffer | undefined {
    const bytes = this.read(tags.bitString);
    const [unused, ...bits] = bytes ?? [];
    if (bytes === undefined || unused === undefined || unused > 7) return undefined;
    const last = bits.at(-1);
    if (last === undefined ? unused !== 0 : (last & ((1 << unused) - 1)) !== 0) return undefined;
    return bytes.subarray(1);
  }
}

/** Whether an integer has no byte too many. */
export function isMinimal(bytes: Buffer): boolean {
  const [first, second] = bytes;
  if (first === undefined || second === undefined) return first !== undefined;
  return !((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80));
}

/** An integer of at least one byte. */
export function signed(bytes: Buffer): bigint {
  return BigInt.asIntN(8 * bytes.length, BigInt(`0x${bytes.toString('hex')}`));
}

function dotted(bytes: Buffer): string | undefined {
  const numbers: number[] = [];
  let number = 0;
  let septets = 0;
  for (const byte of bytes) {
    septets += 1;
    if (septets > 5) return undefined;
    number = number * 128 + (byte & 0x7f);
    if (number >= 2 ** 31) return undefined;
    if (byte >= 0x80) continue;
    numbers.push(number);
    number = 0;
    septets = 0;
  }
  const [first, ...others] = numbers;
  if (first === undefined || septets > 0) return undefined;
  const arc = Math.min(Math.floor(first / 40), 2);
  return [arc, first - 40 * arc, ...others].join('.');
}
