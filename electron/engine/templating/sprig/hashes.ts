import { createHash } from 'node:crypto';
import { fromBytes, toBytes } from '../byte-text.ts';
import { printed } from '../fmt/printer.ts';
import { takes, type TemplateFunction } from '../functions.ts';
import { decodeBase32, decodeBase64, encodeBase32 } from './base-n.ts';

function digest(algorithm: 'sha1' | 'sha256'): TemplateFunction {
  return takes(['string'], ({ budget }, text) => {
    budget.allocate(text.length);
    budget.spend(text.length >> 5);
    return createHash(algorithm).update(toBytes(text)).digest('hex');
  });
}

function adler32(bytes: Buffer): number {
  let low = 1;
  let high = 0;
  for (const byte of bytes) {
    low = (low + byte) % 65_521;
    high = (high + low) % 65_521;
  }
  return high * 65_536 + low;
}

/** sprig's checksums and encodings. What can't be decoded gives the error as its text. */
export const hashes: Readonly<Record<string, TemplateFunction>> = {
  sha1sum: digest('sha1'),
  sha256sum: digest('sha256'),
  adler32sum: takes(['string'], ({ budget }, text) => {
    budget.allocate(text.length);
    budget.spend(text.length >> 4);
    return String(adler32(toBytes(text)));
  }),
  /** ACR puts its own in the place of sprig's: nil is empty. Of what is no text it encodes Go's words for it; here, what it prints. */
  b64enc: takes(['interface {}'], ({ budget }, value) => {
    if (value === null) return '';
    const bytes = toBytes(printed(budget, value));
    budget.allocate(2 * bytes.length);
    return bytes.toString('base64');
  }),
  b64dec: takes(['string'], ({ budget }, text) => {
    budget.allocate(8 * text.length);
    budget.spend(text.length);
    const decoded = decodeBase64(toBytes(text));
    return typeof decoded === 'string' ? decoded : fromBytes(decoded);
  }),
  b32enc: takes(['string'], ({ budget }, text) => {
    budget.allocate(10 * text.length);
    budget.spend(text.length);
    return encodeBase32(toBytes(text));
  }),
  b32dec: takes(['string'], ({ budget }, text) => {
    budget.allocate(8 * text.length);
    budget.spend(text.length);
    const decoded = decodeBase32(toBytes(text));
    return typeof decoded === 'string' ? decoded : fromBytes(decoded);
  }),
};
