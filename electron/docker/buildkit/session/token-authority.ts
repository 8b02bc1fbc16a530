import { createHmac, createPrivateKey, createPublicKey, sign } from 'node:crypto';

/** RFC 8410: what stands before the 32 bytes of a private key in DER. */
const privateKeyPrefix = Buffer.from('302e020100300506032b657004220420', 'hex');
/** A public key, at the end of its DER. */
const publicKeyBytes = 32;

/**
 * A key pair that stands for a token without giving it away: the same for the same token and salt, so that the daemon can tell whether
 * another session may use what it was granted for this one.
 */
export interface TokenAuthority {
  /** Ed25519, 32 bytes. */
  readonly publicKey: Uint8Array;
  /** The signature and then what was signed, as NaCl's `sign` has it. */
  signed(payload: Uint8Array): Uint8Array;
}

/** @param salt the daemon's own */
export function tokenAuthority(token: string, salt: Uint8Array): TokenAuthority {
  const seed = createHmac('sha256', salt).update(token).digest();
  const key = createPrivateKey({ key: Buffer.concat([privateKeyPrefix, seed]), format: 'der', type: 'pkcs8' });
  return {
    publicKey: createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-publicKeyBytes),
    signed: (payload) => Buffer.concat([sign(null, payload, key), payload]),
  };
}
