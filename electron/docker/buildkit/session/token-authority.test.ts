import { createPublicKey, verify } from 'node:crypto';
import { expect, it } from 'vitest';
import { tokenAuthority } from './token-authority.ts';

const salt = Buffer.from('salt of the daemon');
/** RFC 8410, what stands before a public key in DER. */
const prefix = Buffer.from('302a300506032b6570032100', 'hex');

it('signs what the public key can check, the signature first', () => {
  const authority = tokenAuthority('token', salt);
  const { publicKey } = authority;
  expect(publicKey).toHaveLength(32);
  const payload = Buffer.from('prove it');
  const answer = authority.signed(payload);
  const key = createPublicKey({ key: Buffer.concat([prefix, publicKey]), format: 'der', type: 'spki' });
  expect(Buffer.from(answer.subarray(64))).toEqual(payload);
  expect(verify(null, payload, key, answer.subarray(0, 64))).toBe(true);
});

it('stands for one token and one salt', () => {
  const keyOf = (token: string, given: Uint8Array) =>
    Buffer.from(tokenAuthority(token, given).publicKey).toString('hex');
  expect(keyOf('token', salt)).toBe(keyOf('token', Buffer.from(salt)));
  expect(new Set([keyOf('token', salt), keyOf('other', salt), keyOf('token', Buffer.from('x'))]).size).toBe(3);
});
