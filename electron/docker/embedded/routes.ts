/** An IPv4 network: both as unsigned 32-bit numbers. */
export interface Ipv4Network {
  readonly address: number;
  readonly mask: number;
}

/** The networks that this machine has routes into (`/proc/net/route`, proc(5)), the default route left out. */
export function parseRoutes(table: string): readonly Ipv4Network[] {
  return table
    .split('\n')
    .slice(1)
    .map((line) => line.split(/\s+/))
    .filter((fields) => fields.length > 7)
    .map((fields) => ({ address: numberOf(fields[1]), mask: numberOf(fields[7]) }))
    .filter(({ mask }) => mask !== 0);
}

/** The kernel writes its memory as it is: the first byte of the address is the last one here. */
function numberOf(hex = ''): number {
  return Buffer.from(hex, 'hex').readUInt32LE();
}

/** Whether they have an address in common. */
export function overlap(one: Ipv4Network, other: Ipv4Network): boolean {
  const wider = one.mask & other.mask;
  return (one.address & wider) === (other.address & wider);
}
