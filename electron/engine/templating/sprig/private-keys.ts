import { generateKeyPairSync, generatePrimeSync, type KeyObject, randomBytes } from 'node:crypto';
import { integer, sequence } from './x509/der.ts';
import { encodePem } from './x509/pem.ts';

export function newRsaKey(bits: number): KeyObject {
  return generateKeyPairSync('rsa', { modulusLength: bits, publicExponent: 0x10001 }).privateKey;
}

/** `RSA PRIVATE KEY` (PKCS #1) */
export function rsaKeyText(key: KeyObject): string {
  return encodePem('RSA PRIVATE KEY', key.export({ type: 'pkcs1', format: 'der' }));
}

/** `EC PRIVATE KEY` on the curve P-256 (RFC 5915) */
export function newEcKeyText(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return encodePem('EC PRIVATE KEY', privateKey.export({ type: 'sec1', format: 'der' }));
}

/**
 * `DSA PRIVATE KEY`, of 2048 and 256 bits, with the numbers in OpenSSL's old order. Made of numbers by ourselves: the library in
 * Electron makes no such keys any more.
 */
export function newDsaKeyText(): string {
  const q = generatePrimeSync(256, { bigint: true });
  const p = newPrime(q);
  const g = generatorOf(p, q);
  // So many bits more than q that no value is likelier than others to speak of.
  const x = (BigInt(`0x${randomBytes(48).toString('hex')}`) % (q - 1n)) + 1n;
  const y = power(g, x, p);
  return encodePem('DSA PRIVATE KEY', sequence(...[0n, p, q, g, y, x].map(integer)));
}

/** Of 2048 bits, and one more than a multiple of 2q. */
function newPrime(q: bigint): bigint {
  for (;;) {
    const p = generatePrimeSync(2048, { add: 2n * q, rem: 1n, bigint: true });
    if (p >> 2047n === 1n) return p;
  }
}

/** Of the group of order q (FIPS 186-3, A.2.1). */
function generatorOf(p: bigint, q: bigint): bigint {
  for (let base = 2n; ; base += 1n) {
    const g = power(base, (p - 1n) / q, p);
    if (g !== 1n) return g;
  }
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = base % modulus;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}
