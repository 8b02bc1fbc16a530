import { isIPv4 } from 'node:net';

/** An address as Go's `net.ParseIP` reads it: 4 bytes where it is one of IPv4 (also written as one of IPv6), else 16. */
export function parseIp(text: string): Buffer | undefined {
  if (isIPv4(text)) return Buffer.from(text.split('.').map(Number));
  const [left = '', right, ...more] = text.split('::');
  const head = groupsOf(left, right === undefined);
  const tail = groupsOf(right ?? '', true);
  if (!text.includes(':') || more.length > 0 || head === undefined || tail === undefined) return undefined;
  const missing = 16 - head.length - tail.length;
  if (right === undefined ? missing !== 0 : missing < 2) return undefined;
  const bytes = Buffer.from([...head, ...Array.from({ length: missing }, () => 0), ...tail]);
  return bytes.subarray(0, 12).equals(mapped) ? bytes.subarray(12) : bytes;
}

/** `::ffff:1.2.3.4` */
const mapped = Buffer.from('00000000000000000000ffff', 'hex');

/** The bytes of some groups of an IPv6 address; the last of them may be an IPv4 address. */
function groupsOf(text: string, atEnd: boolean): readonly number[] | undefined {
  if (text === '') return [];
  if (text.length > 200) return undefined;
  const groups = text.split(':');
  const bytes: number[] = [];
  for (const [index, group] of groups.entries()) {
    if (atEnd && index === groups.length - 1 && isIPv4(group)) {
      bytes.push(...group.split('.').map(Number));
      continue;
    }
    const number = /^[0-9a-f]+$/i.test(group) ? Number.parseInt(group, 16) : Infinity;
    if (number > 0xffff) return undefined;
    bytes.push(number >> 8, number & 0xff);
  }
  return bytes;
}
