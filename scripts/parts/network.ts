// A network of its own for each engine, so that several run side by side: a bridge, a pool of addresses, three rules.
// The engines themselves leave the machine's firewall alone (--iptables=false): they would flush one another's chains.
import { run, succeeds } from '../setup/shell.mjs';

export interface EngineNetwork {
  readonly bridge: string;
  /** Where the engine takes the addresses of user-defined networks from. */
  readonly pool: { base: string; size: number };
  remove(): Promise<void>;
}

const prefix = 'slipway';

export async function createNetwork(): Promise<EngineNetwork> {
  for (let index = 0; index < 64; index++) {
    const bridge = `${prefix}${index}`;
    const network = addresses(index);
    const taken = (await run('ip', ['-4', 'route', 'show', 'to', 'root', network.all])).trim() !== '';
    // Adding the bridge is the lock: it fails where the name is taken.
    if (taken || !succeeds('ip', ['link', 'add', 'name', bridge, 'type', 'bridge'])) continue;
    await run('ip', ['addr', 'add', network.gateway, 'dev', bridge]);
    await run('ip', ['link', 'set', bridge, 'up']);
    for (const rule of rules(bridge, network.all)) await run('iptables', ['-w', ...rule]);
    return { bridge, pool: network.pool, remove: () => removeNetwork(bridge) };
  }
  throw new Error('all 64 places for a test engine’s network are taken');
}

/** The bridge, the engine's other bridges in its pool, and the rules. Nothing else on the machine. */
export async function removeNetwork(bridge: string): Promise<void> {
  const index = Number(new RegExp(`^${prefix}(\\d+)$`).exec(bridge)?.[1] ?? NaN);
  if (Number.isNaN(index)) throw new Error(`${bridge} is no bridge of ours`);
  const { all } = addresses(index);
  for (const rule of rules(bridge, all)) {
    while (succeeds('iptables', ['-w', ...rule.map((word) => (word === '-I' ? '-D' : word))]));
  }
  const left = await run('ip', ['-4', '-o', 'addr', 'show', 'to', all]);
  for (const line of left.trim().split('\n')) {
    const name = /^\d+:\s+(\S+)/.exec(line)?.[1];
    if (name !== undefined && name !== bridge) succeeds('ip', ['link', 'del', name]);
  }
  succeeds('ip', ['link', 'del', bridge]);
}

/** A /20 for each engine: the first /24 for its default bridge, the upper half for networks that are made later. */
function addresses(index: number) {
  const second = 220 + (index >> 4);
  const third = (index & 15) * 16;
  return {
    all: `10.${second}.${third}.0/20`,
    gateway: `10.${second}.${third}.1/24`,
    pool: { base: `10.${second}.${third + 8}.0/21`, size: 26 },
  };
}

function rules(bridge: string, all: string): string[][] {
  const mark = ['-m', 'comment', '--comment', `slipway tests ${bridge}`];
  return [
    ['-I', 'FORWARD', '-s', all, ...mark, '-j', 'ACCEPT'],
    ['-I', 'FORWARD', '-d', all, ...mark, '-j', 'ACCEPT'],
    ['-t', 'nat', '-I', 'POSTROUTING', '-s', all, '!', '-d', all, ...mark, '-j', 'MASQUERADE'],
  ];
}
