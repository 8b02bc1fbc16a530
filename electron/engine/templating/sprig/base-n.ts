import { TextBuilder } from '../byte-text.ts';

const alphabet32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const alphabet64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const values32 = valuesOf(alphabet32);
const values64 = valuesOf(alphabet64);
const equalsSign = 0x3d;

function valuesOf(alphabet: string): Int8Array {
  const values = new Int8Array(256).fill(-1);
  for (const [value, letter] of Array.from(alphabet).entries()) values[letter.charCodeAt(0)] = value;
  return values;
}

export function encodeBase32(bytes: Buffer): string {
  const text = new TextBuilder();
  let letters = 0;
  const add = (value: number) => {
    text.add(alphabet32.charAt(value & 31));
    letters += 1;
  };
  let bits = 0;
  let count = 0;
  for (const byte of bytes) {
    bits = ((bits << 8) | byte) & 0xfff;
    count += 8;
    while (count >= 5) {
      count -= 5;
      add(bits >> count);
    }
  }
  if (count > 0) add(bits << (5 - count));
  return text.toString().padEnd(Math.ceil(letters / 8) * 8, '=');
}

/** Go's strict decoding (RFC 4648, padding demanded, line ends skipped): the bytes, or Go's words for what is wrong. */
export function decodeBase64(source: Buffer): Buffer | string {
  const bytes = Buffer.alloc(source.length);
  let length = 0;
  const corrupt = (at: number) => `illegal base64 data at input byte ${at}`;
  const skipLineEnds = (from: number) => {
    let at = from;
    while (source[at] === 0x0a || source[at] === 0x0d) at += 1;
    return at;
  };
  let at = 0;
  for (;;) {
    const group: number[] = [];
    let padded = false;
    while (group.length < 4) {
      const byte = source[at];
      if (byte === undefined) {
        if (group.length === 0) return bytes.subarray(0, length);
        return corrupt(at - group.length);
      }
      at += 1;
      const value = values64[byte] ?? -1;
      if (value >= 0) {
        group.push(value);
        continue;
      }
      if (byte === 0x0a || byte === 0x0d) continue;
      if (byte !== equalsSign || group.length < 2) return corrupt(at - 1);
      if (group.length === 2) {
        at = skipLineEnds(at);
        if (at === source.length) return corrupt(at);
        if (source[at] !== equalsSign) return corrupt(at - 1);
        at += 1;
      }
      at = skipLineEnds(at);
      if (at < source.length) return corrupt(at);
      padded = true;
      break;
    }
    const [first = 0, second = 0, third = 0, fourth = 0] = group;
    const decoded = [(first << 2) | (second >> 4), ((second << 4) | (third >> 2)) & 255, ((third << 6) | fourth) & 255];
    for (const byte of decoded.slice(0, group.length - 1)) length = bytes.writeUInt8(byte, length);
    if (padded) return bytes.subarray(0, length);
  }
}

/** The same for Base32. */
export function decodeBase32(encoded: Buffer): Buffer | string {
  const source = encoded.filter((byte) => byte !== 0x0a && byte !== 0x0d);
  const corrupt = (at: number) => `illegal base32 data at input byte ${at}`;
  const bytes = Buffer.alloc(source.length);
  let length = 0;
  for (let start = 0; start < source.length; start += 8) {
    let bits = 0;
    let count = 0;
    for (let index = 0; index < 8; index += 1) {
      const byte = source[start + index];
      if (byte === undefined) return corrupt(start);
      const rest = source.length - (start + index + 1);
      if (byte === equalsSign && index >= 2 && rest < 8) {
        if (rest + index < 7) return corrupt(source.length);
        const wrong = source.subarray(start + index + 1, start + 8).findIndex((next) => next !== equalsSign);
        if (wrong !== -1) return corrupt(start + index + wrong);
        return index === 3 || index === 6 ? corrupt(start + index) : bytes.subarray(0, length);
      }
      const value = values32[byte] ?? -1;
      if (value < 0) return corrupt(start + index);
      bits = ((bits << 5) | value) & 0xfff;
      count += 5;
      if (count >= 8) {
        count -= 8;
        length = bytes.writeUInt8((bits >> count) & 255, length);
      }
    }
  }
  return bytes.subarray(0, length);
}
