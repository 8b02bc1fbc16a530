import { createPrivateKey, type KeyObject } from 'node:crypto';
import { isMinimal, signed, Unparsable } from './der.ts';

/** The numbers of an RSA key that matter: the rest of PKCS #1 follows from them. */
export interface RsaPrivateKey {
  readonly modulus: bigint;
  readonly exponent: bigint;
  readonly privateExponent: bigint;
  readonly primes: readonly [bigint, bigint];
}

/** A key that can't be used, though its numbers fit together. */
export class UnusableKey extends Error {}

/** As Go 1.19's `x509.ParsePKCS1PrivateKey` reads and checks it, in its words. @throws Unparsable */
export function parseRsaKey(bytes: Buffer): RsaPrivateKey {
  let numbers: readonly bigint[];
  try {
    numbers = readNumbers(bytes);
  } catch (error) {
    const other = looksLike(bytes);
    if (!(error instanceof Unparsable) || other === undefined) throw error;
    throw new Unparsable(`x509: failed to parse private key (use ${other} instead for this key format)`);
  }
  const [version = 0n, modulus = 0n, exponent = 0n, privateExponent = 0n, first = 0n, second = 0n] = numbers;
  if (version > 1n) throw new Unparsable('x509: unsupported private key version');
  if ([modulus, privateExponent, first, second].some((number) => number <= 0n))
    throw new Unparsable('x509: private key contains zero or negative value');
  const key: RsaPrivateKey = { modulus, exponent, privateExponent, primes: [first, second] };
  const complaint = complaintAbout(key);
  if (complaint !== undefined) throw new Unparsable(`crypto/rsa: ${complaint}`);
  return key;
}

function complaintAbout({ modulus, exponent, privateExponent, primes }: RsaPrivateKey): string | undefined {
  if (exponent < 2n) return 'public exponent too small';
  if (exponent > 2n ** 31n - 1n) return 'public exponent too large';
  if (primes.some((prime) => prime <= 1n)) return 'invalid prime value';
  if (primes[0] * primes[1] !== modulus) return 'invalid modulus';
  const product = exponent * privateExponent;
  return primes.every((prime) => product % (prime - 1n) === 1n) ? undefined : 'invalid exponents';
}

/**
 * What Node signs with. The file may hold other exponents than those that follow; Go doesn't look at them.
 * @throws UnusableKey where the numbers are none after all
 */
export function toKeyObject({ modulus, exponent, privateExponent, primes: [p, q] }: RsaPrivateKey): KeyObject {
  const text = (number: bigint) => {
    const digits = number.toString(16);
    return Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex').toString('base64url');
  };
  const key = {
    kty: 'RSA',
    n: text(modulus),
    e: text(exponent),
    d: text(privateExponent),
    p: text(p),
    q: text(q),
    dp: text(privateExponent % (p - 1n)),
    dq: text(privateExponent % (q - 1n)),
    qi: text(inverse(q, p)),
  };
  try {
    return createPrivateKey({ format: 'jwk', key });
  } catch (error) {
    throw new UnusableKey('no key', { cause: error });
  }
}

/** Modulo a prime. */
function inverse(number: bigint, modulus: bigint): bigint {
  let [rest, next] = [modulus, number % modulus];
  let [factor, nextFactor] = [0n, 1n];
  while (next > 0n) {
    const times = rest / next;
    [rest, next] = [next, rest - times * next];
    [factor, nextFactor] = [nextFactor, factor - times * nextFactor];
  }
  return ((factor % modulus) + modulus) % modulus;
}

interface Header {
  readonly class: number;
  readonly tag: number;
  readonly compound: boolean;
  readonly length: number;
  /** Of what it holds. */
  readonly start: number;
}

const structural = (words: string) => new Unparsable(`asn1: structure error: ${words}`);
const syntactic = (words: string) => new Unparsable(`asn1: syntax error: ${words}`);

/** The fields of PKCS #1, with Go's names for their types. */
const fields = ['int', '', 'int', '', '', ''];

/** Version, modulus, exponent, private exponent, two primes. What follows them may be missing, and is not looked at. */
function readNumbers(bytes: Buffer): readonly bigint[] {
  const outer = contentOf(bytes, 0, { tag: 16, compound: true, type: 'pkcs1PrivateKey' });
  if (outer.end < bytes.length) throw syntactic('trailing data');
  let at = 0;
  return fields.map((type) => {
    const { content, end } = contentOf(outer.content, at, { tag: 2, compound: false, type });
    at = end;
    if (content.length === 0) throw structural('empty integer');
    if (!isMinimal(content)) throw structural('integer not minimally-encoded');
    if (type === 'int' && content.length > 8) throw structural('integer too large');
    return signed(content);
  });
}

function contentOf(
  bytes: Buffer,
  from: number,
  wanted: { readonly tag: number; readonly compound: boolean; readonly type: string },
): { readonly content: Buffer; readonly end: number } {
  if (from === bytes.length) throw syntactic('sequence truncated');
  const header = headerAt(bytes, from);
  if (header.class !== 0 || header.tag !== wanted.tag || header.compound !== wanted.compound) {
    const found = `{class:${header.class} tag:${header.tag} length:${header.length} isCompound:${header.compound}}`;
    const options =
      '{optional:false explicit:false application:false private:false defaultValue:<nil> tag:<nil> stringType:0 timeType:0 set:false omitEmpty:false}';
    throw structural(`tags don't match (${wanted.tag} vs ${found}) ${options} ${wanted.type} @${header.start}`);
  }
  const end = header.start + header.length;
  if (end > bytes.length) throw syntactic('data truncated');
  return { content: bytes.subarray(header.start, end), end };
}

/** As Go's encoding/asn1 reads it, which tells more than `DerReader`. */
function headerAt(bytes: Buffer, from: number): Header {
  let at = from;
  const next = () => {
    const byte = bytes[at];
    if (byte === undefined) throw syntactic('truncated tag or length');
    at += 1;
    return byte;
  };
  const lead = next();
  let tag = lead & 0x1f;
  if (tag === 0x1f) {
    const read = longTag(bytes, at);
    ({ tag, at } = read);
  }
  const short = next();
  let length = short;
  if (short >= 0x80) {
    if (short === 0x80) throw syntactic('indefinite length found (not DER)');
    length = 0;
    for (let count = short & 0x7f; count > 0; count -= 1) {
      const byte = next();
      if (length >= 2 ** 23) throw structural('length too large');
      length = length * 256 + byte;
      if (length === 0) throw structural('superfluous leading zeros in length');
    }
    if (length < 0x80) throw structural('non-minimal length');
  }
  return { class: lead >> 6, tag, compound: (lead & 0x20) !== 0, length, start: at };
}

function longTag(bytes: Buffer, from: number): { readonly tag: number; readonly at: number } {
  let tag = 0;
  for (let at = from; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (at - from === 5) throw structural('base 128 integer too large');
    if (at === from && byte === 0x80) throw syntactic('integer is not minimally encoded');
    tag = tag * 128 + (byte & 0x7f);
    if (byte >= 0x80) continue;
    if (tag > 2 ** 31 - 1) throw structural('base 128 integer too large');
    if (tag < 0x1f) throw syntactic('non-minimal tag');
    return { tag, at: at + 1 };
  }
  throw syntactic('truncated base 128 integer');
}

/** The function of Go that reads these bytes, where it is another one. */
function looksLike(bytes: Buffer): 'ParseECPrivateKey' | 'ParsePKCS8PrivateKey' | undefined {
  const integer = { tag: 2, compound: false, type: '' };
  const octets = { tag: 4, compound: false, type: '' };
  const sequence = { tag: 16, compound: true, type: '' };
  const holds = (...wanted: readonly (typeof integer)[]) => {
    try {
      const { content } = contentOf(bytes, 0, sequence);
      let at = 0;
      for (const each of wanted) at = contentOf(content, at, each).end;
      return true;
    } catch {
      return false; // a question, not a complaint
    }
  };
  if (holds(integer, octets)) return 'ParseECPrivateKey';
  return holds(integer, sequence, octets) ? 'ParsePKCS8PrivateKey' : undefined;
}
