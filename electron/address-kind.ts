import net from 'node:net';

/**
 * What an IP address is the address of. `never` is what no source is fetched from and much can be stolen from: link-local and
 * cloud metadata, "this host", multicast, and what isn't assigned.
 */
export type AddressKind = 'public' | 'private' | 'loopback' | 'never';

type Subnet = readonly [address: string, prefix: number];

/** In the order in which they are asked. Metadata services: AWS, Azure, Alibaba, Google, Oracle (their documentation). */
const subnets: Readonly<Record<Exclude<AddressKind, 'public'>, readonly Subnet[]>> = {
  never: [
    ['0.0.0.0', 8],
    ['169.254.0.0', 16],
    ['168.63.129.16', 32],
    ['100.100.100.200', 32],
    ['192.0.0.192', 32],
    ['224.0.0.0', 3], // multicast, reserved, broadcast
    ['::', 128],
    ['fe80::', 10],
    ['ff00::', 8],
    ['fd00:ec2::', 32],
    ['fd20:ce::254', 128],
    ['fd00:c1::a9fe:a9fe', 128],
  ],
  loopback: [
    ['127.0.0.0', 8],
    ['::1', 128],
  ],
  // IANA's special-purpose registries: what isn't globally reachable.
  private: [
    ['10.0.0.0', 8],
    ['100.64.0.0', 10],
    ['172.16.0.0', 12],
    ['192.0.0.0', 24],
    ['192.0.2.0', 24],
    ['192.168.0.0', 16],
    ['198.18.0.0', 15],
    ['198.51.100.0', 24],
    ['203.0.113.0', 24],
    ['100::', 64],
    ['2001:db8::', 32],
    ['fc00::', 7],
    ['fec0::', 10],
  ],
};
const order = ['never', 'loopback', 'private'] as const;
const lists = new Map(order.map((kind) => [kind, listOf(subnets[kind])]));

/**
 * An IPv4 address in the clothes of IPv6 is judged as what it is underneath: that is where the packets end up.
 * Text that is no address is `never`.
 */
export function addressKind(text: string): AddressKind {
  const address = text.replace(/%.*$/s, ''); // a zone says which network card, not which address
  const family = net.isIP(address);
  if (family === 0) return 'never';
  if (family === 6) {
    const worn = wornIPv4(bytesOf(address));
    // Two at once in Teredo's: the server's and the client's.
    if (worn.length > 0) return worst(worn.map(addressKind));
  }
  const type = family === 6 ? 'ipv6' : 'ipv4';
  return order.find((kind) => lists.get(kind)?.check(address, type)) ?? 'public';
}

function listOf(all: readonly Subnet[]): net.BlockList {
  const list = new net.BlockList();
  for (const [address, prefix] of all) list.addSubnet(address, prefix, net.isIPv6(address) ? 'ipv6' : 'ipv4');
  return list;
}

function worst(kinds: readonly AddressKind[]): AddressKind {
  return order.find((kind) => kinds.includes(kind)) ?? 'public';
}

/** The IPv4 addresses in an IPv6 address, by the ways there are to write one into it. */
function wornIPv4(bytes: readonly number[]): readonly string[] {
  const begins = (...start: readonly number[]) => start.every((byte, at) => bytes[at] === byte);
  const zeros = (from: number, to: number) => bytes.slice(from, to).every((byte) => byte === 0);
  const at = (start: number) => bytes.slice(start, start + 4).join('.');
  // RFC 4291: IPv4-mapped, and IPv4-compatible (but for :: and ::1); RFC 7915: IPv4-translated.
  if (zeros(0, 10) && bytes[10] === 0xff && bytes[11] === 0xff) return [at(12)];
  if (zeros(0, 12) && !zeros(12, 15)) return [at(12)];
  if (zeros(0, 8) && bytes[8] === 0xff && bytes[9] === 0xff && zeros(10, 12)) return [at(12)];
  // RFC 6052 and RFC 8215: NAT64. The local prefix may be cut at other places too; then this is no more than a guess.
  if (begins(0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0)) return [at(12)];
  if (begins(0, 0x64, 0xff, 0x9b, 0, 1)) return [at(12), '10.0.0.0'];
  // RFC 3056: 6to4. RFC 4380: Teredo, the client's with its bits turned. RFC 5214: ISATAP.
  if (begins(0x20, 0x02)) return [at(2)];
  if (begins(0x20, 0x01, 0, 0))
    return [
      at(4),
      bytes
        .slice(12)
        .map((byte) => 255 - byte)
        .join('.'),
    ];
  const isatap = (bytes[8] === 0 || bytes[8] === 2) && bytes[9] === 0 && bytes[10] === 0x5e && bytes[11] === 0xfe;
  return isatap ? [at(12)] : [];
}

/** The sixteen bytes of what {@link net.isIPv6} takes. */
function bytesOf(address: string): readonly number[] {
  const plain = address.replace(/\d+\.\d+\.\d+\.\d+$/, (tail) => {
    const [a = 0, b = 0, c = 0, d = 0] = tail.split('.').map(Number);
    return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  });
  const [head = '', tail] = plain.split('::');
  const words = (text: string) => (text === '' ? [] : text.split(':').map((word) => Number.parseInt(word, 16)));
  const before = words(head);
  const behind = words(tail ?? '');
  const gap = tail === undefined ? 0 : 8 - before.length - behind.length;
  const all = [...before, ...Array.from({ length: gap }, () => 0), ...behind];
  return all.flatMap((word) => [word >> 8, word & 0xff]);
}
