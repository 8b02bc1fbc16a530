import net from 'node:net';

/**
 * How far an address reaches (spec: RFC 6890):
 * - `forbidden`: link-local, unspecified, and where clouds keep their metadata. Nobody fetches anything from there.
 * - `local`: this machine and its own network. A person may name such an address; what was fetched from elsewhere may not.
 * - `public`: any other.
 */
export type Reach = 'forbidden' | 'local' | 'public';

const forbidden = listOf([
  '169.254.0.0/16',
  '0.0.0.0/8',
  'fe80::/10',
  '::/128',
  // Metadata services, and link-local IPv4 in the clothes of IPv6 (NAT64, 6to4).
  'fd00:ec2::254/128',
  '100.100.100.200/32',
  '168.63.129.16/32',
  '64:ff9b::a9fe:0/112',
  '2002:a9fe::/32',
]);

const local = listOf([
  '127.0.0.0/8',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '192.0.0.0/24',
  '198.18.0.0/15',
  '224.0.0.0/3',
  '::1/128',
  'fc00::/7',
  'fec0::/10',
  'ff00::/8',
  // IPv4 of this kind by NAT64 and 6to4.
  '64:ff9b::7f00:0/104',
  '64:ff9b::a00:0/104',
  '64:ff9b::ac10:0/108',
  '64:ff9b::c0a8:0/112',
  '2002:7f00::/24',
  '2002:a00::/24',
  '2002:ac10::/28',
  '2002:c0a8::/32',
]);

/** @param address as `node:dns` or a URL without its brackets has it: `127.0.0.1`, `::1` */
export function reachOf(address: string): Reach {
  const family = net.isIPv6(address) ? 'ipv6' : 'ipv4';
  // A list of IPv4 addresses holds for IPv4-mapped ones too (::ffff:169.254.169.254), however they are written.
  if (forbidden.check(address, family)) return 'forbidden';
  return local.check(address, family) ? 'local' : 'public';
}

function listOf(subnets: readonly string[]): net.BlockList {
  const list = new net.BlockList();
  for (const subnet of subnets) {
    const [address = '', bits] = subnet.split('/');
    list.addSubnet(address, Number(bits), net.isIPv6(address) ? 'ipv6' : 'ipv4');
  }
  return list;
}
