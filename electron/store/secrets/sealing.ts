// AES-256-GCM, scrypt and HMAC as the vault uses them; nothing here touches a file.
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  randomBytes,
  scrypt,
  timingSafeEqual,
} from 'node:crypto';

/** 256 bits. */
export const keyBytes = 32;
const ivBytes = 12;
const tagBytes = 16;

/** An AES-256-GCM ciphertext, its tag at the end; both in base64. */
export interface Sealed {
  readonly iv: string;
  readonly sealed: string;
}

/** What scrypt was asked for; `cost` is its N. */
export interface ScryptParameters {
  readonly cost: number;
  readonly blockSize: number;
  readonly parallelization: number;
  /** Base64. */
  readonly salt: string;
}

/** Encrypts under a fresh random IV. `label` is authenticated with it: what was sealed under one name opens under no other. */
export function seal(key: Uint8Array, label: string, plain: Uint8Array): Sealed {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(label));
  const sealed = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  return { iv: iv.toString('base64'), sealed: sealed.toString('base64') };
}

/** The plain bytes, or undefined when the key is another one or a bit was changed: GCM can't tell these apart. */
export function unseal(key: Uint8Array, label: string, { iv, sealed }: Sealed): Uint8Array | undefined {
  const bytes = Buffer.from(sealed, 'base64');
  const ivRead = Buffer.from(iv, 'base64');
  if (ivRead.length !== ivBytes || bytes.length < tagBytes) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key, ivRead, { authTagLength: tagBytes })
    .setAAD(Buffer.from(label))
    .setAuthTag(bytes.subarray(-tagBytes));
  const plain = decipher.update(bytes.subarray(0, -tagBytes));
  try {
    return Buffer.concat([plain, decipher.final()]);
  } catch {
    return undefined; // final() throws for this one reason
  }
}

/** A key for one purpose, derived from the data key (HKDF, RFC 5869). */
export function deriveKey(dataKey: Uint8Array, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', dataKey, new Uint8Array(0), purpose, keyBytes));
}

/** HMAC-SHA-256, in base64. */
export function authenticate(key: Uint8Array, text: string): string {
  return createHmac('sha256', key).update(text).digest('base64');
}

/** Whether {@link authenticate} would give this; in constant time. */
export function isAuthentic(key: Uint8Array, text: string, mac: string): boolean {
  const expected = Buffer.from(authenticate(key, text), 'base64');
  const given = Buffer.from(mac, 'base64');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** OWASP's first choice for scrypt: N 2^17, r 8, p 1; 128 MiB for a moment. */
export function newScryptParameters(): ScryptParameters {
  return { cost: 2 ** 17, blockSize: 8, parallelization: 1, salt: randomBytes(16).toString('base64') };
}

/**
 * The key that a passphrase gives; about half a second in the thread pool. The passphrase is brought to NFC first: macOS and
 * Linux type Hangul and accents differently.
 */
export function stretchPassphrase(passphrase: string, parameters: ScryptParameters): Promise<Uint8Array> {
  const { cost, blockSize, parallelization, salt } = parameters;
  const options = { cost, blockSize, parallelization, maxmem: 129 * cost * blockSize * parallelization };
  return new Promise((resolve, reject) => {
    scrypt(passphrase.normalize('NFC'), Buffer.from(salt, 'base64'), keyBytes, options, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}
