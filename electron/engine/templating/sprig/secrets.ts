import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { fromBytes, toBytes } from '../byte-text.ts';
import { takes, type TemplateFunction } from '../functions.ts';
import { CallFailed } from '../template-error.ts';
import { decodeBase64 } from './base-n.ts';

/** A password as a key of AES-256: cut, or filled with zeros. */
function keyOf(password: string): Buffer {
  const key = Buffer.alloc(32);
  toBytes(password).copy(key);
  return key;
}

function decrypt(password: string, encoded: string): string {
  if (encoded === '') return '';
  const bytes = decodeBase64(toBytes(encoded));
  if (typeof bytes === 'string') throw new CallFailed(bytes);
  if (bytes.length < 32 || bytes.length % 16 !== 0) throw new CallFailed('crypto/cipher: input not full blocks');
  const cipher = createDecipheriv('aes-256-cbc', keyOf(password), bytes.subarray(0, 16)).setAutoPadding(false);
  const text = Buffer.concat([cipher.update(bytes.subarray(16)), cipher.final()]);
  const padding = text.at(-1) ?? 0;
  if (padding > text.length) {
    throw new CallFailed(`runtime error: slice bounds out of range [:${text.length - padding}]`);
  }
  return fromBytes(text.subarray(0, text.length - padding));
}

/** sprig's encryption; its keys are in keys.ts. */
export const secrets: Readonly<Record<string, TemplateFunction>> = {
  encryptAES: takes(['string', 'string'], ({ budget }, password, text) => {
    budget.allocate(6 * text.length + 64);
    budget.spend(50 + (text.length >> 4));
    if (text === '') return '';
    const start = randomBytes(16);
    const cipher = createCipheriv('aes-256-cbc', keyOf(password), start);
    return Buffer.concat([start, cipher.update(toBytes(text)), cipher.final()]).toString('base64');
  }),
  decryptAES: takes(['string', 'string'], ({ budget }, password, encoded) => {
    budget.allocate(4 * encoded.length);
    budget.spend(50 + encoded.length);
    return decrypt(password, encoded);
  }),
};
