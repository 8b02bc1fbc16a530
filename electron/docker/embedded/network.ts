import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { findProgram, systemPath } from './programs.ts';
import { type Ipv4Network, overlap, parseRoutes } from './routes.ts';

const execute = promisify(execFile);

/** What dockerd's configuration says about the network. */
export interface EngineNetwork {
  readonly settings: Readonly<Record<string, unknown>>;
  /** What will not work, for the engine's log. */
  readonly limit?: string;
}

/** One of the /20 networks of 10.128.0.0/10: the first /24 for the bridge, the upper half for networks that are made later. */
interface Block extends Ipv4Network {
  readonly gateway: string;
  readonly all: string;
  readonly pool: { readonly base: string; readonly size: number };
}

const blocks = 1024;

/** The bridge of an engine folder. Names of interfaces have 15 bytes at most. */
export function bridgeName(id: string): string {
  return `slipway${id.slice(0, 8)}`;
}

/**
 * Gives the engine a bridge of its own with addresses that no route of this machine leads to, and lets its traffic pass.
 * dockerd itself leaves the firewall alone: two of them would flush one another's chains.
 *
 * Without `ip` no bridge can be made, and dockerd makes its usual one, unless another engine uses that.
 * @throws the words of `ip`, or an Error that says what is missing
 */
export async function createNetwork(id: string, env: NodeJS.ProcessEnv, otherEngines: boolean): Promise<EngineNetwork> {
  if (findProgram('ip', env) === undefined) {
    if (otherEngines)
      throw new Error(
        'another engine uses the bridge docker0, and without the program "ip" (package iproute2) no other can be made',
      );
    const iptables = findProgram('iptables', env) !== undefined;
    return { settings: { iptables, ip6tables: false } };
  }
  await removeNetwork(id, env);
  const bridge = bridgeName(id);
  const block = await freeBlock(Number.parseInt(id, 16) % blocks);
  const ip = (...words: string[]) => execute('ip', words, { env: { ...env, PATH: systemPath(env) } });
  await ip('link', 'add', 'name', bridge, 'type', 'bridge');
  try {
    await ip('addr', 'add', block.gateway, 'dev', bridge);
    await ip('link', 'set', bridge, 'up');
  } catch (error) {
    await removeNetwork(id, env);
    throw error;
  }
  const settings = { bridge, 'default-address-pools': [block.pool], iptables: false, ip6tables: false };
  const limit = await openFirewall(bridge, block.all, env);
  return limit === undefined ? { settings } : { settings, limit };
}

/** Removes the bridge, its firewall rules, and the bridges that the engine made in its pool. Right also where nothing is left. */
export async function removeNetwork(id: string, env: NodeJS.ProcessEnv): Promise<void> {
  const bridge = bridgeName(id);
  if (!existsSync(`/sys/class/net/${bridge}`)) return;
  const ip = async (...words: string[]) =>
    (await execute('ip', words, { env: { ...env, PATH: systemPath(env) } })).stdout;
  const gateway = /inet (\d+)\.(\d+)\.(\d+)\./.exec(await ip('-4', '-o', 'addr', 'show', 'dev', bridge));
  if (gateway !== null) {
    const [, first, second, third] = gateway;
    const inside = await ip('-4', '-o', 'addr', 'show', 'to', `${first}.${second}.${third}.0/20`);
    for (const [, name] of inside.matchAll(/^\d+:\s+(br-[0-9a-f]+)\s/gm)) await ip('link', 'del', name ?? '');
  }
  await closeFirewall(bridge, env);
  await ip('link', 'del', bridge);
}

/** From a start that depends on the home, so that two homes that start at once rarely want the same. */
async function freeBlock(start: number): Promise<Block> {
  const taken = parseRoutes(await readFile('/proc/net/route', 'utf8'));
  for (let step = 0; step < blocks; step++) {
    const block = blockOf((start + step) % blocks);
    if (!taken.some((network) => overlap(network, block))) return block;
  }
  throw new Error('no network in 10.128.0.0/10 is free');
}

function blockOf(index: number): Block {
  const [second, third] = [128 + (index >> 4), (index & 15) * 16];
  return {
    address: ((10 << 24) | (second << 16) | (third << 8)) >>> 0,
    mask: 0xfffff000,
    all: `10.${second}.${third}.0/20`,
    gateway: `10.${second}.${third}.1/24`,
    pool: { base: `10.${second}.${third + 8}.0/21`, size: 26 },
  };
}

/** Traffic of the bridge passes, and gets the machine's address outside. Without iptables there is no such address. */
async function openFirewall(bridge: string, network: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const limit = (why: string) => `containers of this engine reach this machine only: ${why}`;
  if (findProgram('iptables', env) === undefined) return limit('iptables is not installed');
  const mark = ['-m', 'comment', '--comment', bridge];
  const rules = [
    ['-I', 'FORWARD', '-s', network, ...mark, '-j', 'ACCEPT'],
    ['-I', 'FORWARD', '-d', network, ...mark, '-j', 'ACCEPT'],
    ['-t', 'nat', '-I', 'POSTROUTING', '-s', network, '!', '-d', network, ...mark, '-j', 'MASQUERADE'],
  ];
  try {
    for (const rule of rules) await iptables(env, rule);
    return undefined;
  } catch (error) {
    return limit(error instanceof Error ? error.message : String(error));
  }
}

async function closeFirewall(bridge: string, env: NodeJS.ProcessEnv): Promise<void> {
  if (findProgram('iptables', env) === undefined) return;
  for (const table of ['filter', 'nat']) {
    const rules = (await iptables(env, ['-t', table, '-S']))
      .split('\n')
      .filter((rule) => rule.includes(`--comment ${bridge} `));
    for (const rule of rules) await iptables(env, ['-t', table, ...rule.replace(/^-A/, '-D').split(' ')]);
  }
}

async function iptables(env: NodeJS.ProcessEnv, words: readonly string[]): Promise<string> {
  return (await execute('iptables', ['-w', '10', ...words], { env: { ...env, PATH: systemPath(env) } })).stdout;
}
