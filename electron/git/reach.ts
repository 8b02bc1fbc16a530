import net from 'node:net';
import { appFailure } from '@shared/model/app-error.ts';
import { addressKind } from '../address-kind.ts';
import type { Setting } from './environment.ts';
import type { Remote } from './location.ts';

/** All addresses of a host's name; rejects when there are none. */
export type LookUp = (hostname: string) => Promise<readonly string[]>;

/**
 * How far an address reaches. `forbidden`: nobody fetches anything from there. `local`: this machine and its own network, which a
 * person may name, and what was fetched from elsewhere may not.
 */
type Reach = 'forbidden' | 'local' | 'public';

function reachOf(address: string): Reach {
  switch (addressKind(address)) {
    case 'never':
      return 'forbidden';
    case 'loopback':
    case 'private':
      return 'local';
    case 'public':
      return 'public';
  }
}

/** Where a host is, as far as we can tell. A proxy or ssh's configuration may know names that we don't. */
export interface Whereabouts {
  readonly reach: Reach | 'unknown';
  readonly addresses: readonly string[];
}

/** A remote, and where it is. */
export interface Located {
  readonly remote: Remote;
  readonly there: Whereabouts;
}

/** The furthest in that any of its addresses reaches. */
export async function locate(remote: Remote, lookUp: LookUp): Promise<Located> {
  return { remote, there: await whereabouts(remote, lookUp) };
}

async function whereabouts({ hostname }: Remote, lookUp: LookUp): Promise<Whereabouts> {
  if (/(?:^|\.)localhost\.?$/.test(hostname)) return { reach: 'local', addresses: [] };
  if (net.isIP(hostname) !== 0) return { reach: reachOf(hostname), addresses: [] };
  const addresses = await lookUp(hostname).catch(() => []);
  const reaches = addresses.map((address) => reachOf(address));
  const reach = (['forbidden', 'local', 'public'] as const).find((each) => reaches.includes(each)) ?? 'unknown';
  return { reach, addresses };
}

/**
 * Refuses what leads where nothing is fetched from; and what leads from outside into this machine or its network (OWASP, server-side
 * request forgery), where `from` is what named this remote: the repository whose submodule it is, the server that redirects to it, or
 * something else that was fetched (`elsewhere`).
 * @throws AppFailure `source.invalid`
 */
export function checkReach({ remote, there }: Located, from?: Located | 'elsewhere'): void {
  const refuse = (reason: string) =>
    appFailure('source.invalid', { params: { text: remote.url, reason }, cause: reason });
  if (there.reach === 'forbidden') throw refuse('nothing is fetched from such an address');
  if (from === undefined || there.reach !== 'local') return;
  if (from === 'elsewhere') throw refuse('a file from elsewhere must not lead into this network');
  if (from.remote.hostname === remote.hostname) return;
  if (from.there.reach !== 'local') throw refuse(`${from.remote.host} must not lead into this network`);
}

/**
 * Refuses a host whose addresses nobody told: git would look once more, and might be told others than those that may be reached.
 * Where there is a proxy, that looks up; where ssh goes, its own configuration says.
 * @throws AppFailure `source.hostUnknown`
 */
export function checkKnown({ remote, there }: Located, env: NodeJS.ProcessEnv): void {
  if (there.reach !== 'unknown' || remote.scheme === 'ssh') return;
  if (remote.scheme !== 'git' && hasProxy(env)) return;
  throw appFailure('source.hostUnknown', {
    params: { remote: remote.url, host: remote.host },
    cause: `${remote.hostname}: no address is known`,
    fixes: [{ kind: 'retry' }],
  });
}

/** Where git's own protocol goes, which knows no {@link pinned} addresses: to one that was checked, by itself. */
export function directUrl({ remote, there: { addresses } }: Located): string {
  const [first] = addresses;
  if (remote.scheme !== 'git' || first === undefined) return remote.url;
  return remote.url.replace(remote.hostname, net.isIPv6(first) ? `[${first}]` : first);
}

/**
 * Makes curl connect to the addresses that were checked, since a second look-up may answer others. Git before 2.37 doesn't know
 * the setting; where a proxy is asked, that looks up.
 */
export function pinned({ remote, there: { addresses } }: Located): readonly Setting[] {
  if (remote.scheme !== 'https' && remote.scheme !== 'http') return [];
  if (addresses.length === 0) return [];
  const port = /:(\d+)$/.exec(remote.host)?.[1] ?? (remote.scheme === 'https' ? '443' : '80');
  const list = addresses.map((address) => (net.isIPv6(address) ? `[${address}]` : address)).join(',');
  return [['http.curloptResolve', `${remote.hostname}:${port}:${list}`]];
}

function hasProxy(env: NodeJS.ProcessEnv): boolean {
  return Object.entries(env).some(([name, value]) => /^(?:https?|all)_proxy$/i.test(name) && Boolean(value));
}
