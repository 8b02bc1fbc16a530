import net from 'node:net';
import { invalidOption } from './container-failure.ts';

const protocols = ['tcp', 'udp', 'sctp'];
const lastPort = 65_535;

/** Ports as the engine takes them, by `80/tcp`. */
export interface PortMappings {
  readonly exposed: Readonly<Record<string, object>>;
  /** An empty host port is one that the engine chooses; a range, one of it. */
  readonly bindings: Readonly<Record<string, readonly { readonly HostIp: string; readonly HostPort: string }[]>>;
}

interface Range {
  readonly first: number;
  readonly last: number;
}

/**
 * docker's `-p` and `--expose`. A port to publish is `[ip:][host:]container[/protocol]` (an IPv6 address in brackets), where
 * host and container may be ranges of the same length; a range of the host for one port of the container lets the engine
 * choose. One to expose is `port[-port][/protocol]`. What is published is exposed as well.
 * @throws AppFailure `container.invalid` with the text that isn't understood
 */
export function parsePorts(ports: readonly string[], expose: readonly string[]): PortMappings {
  const exposed: Record<string, object> = {};
  const bindings: Record<string, { readonly HostIp: string; readonly HostPort: string }[]> = {};
  for (const text of expose) {
    const { range, protocol } = parseContainerPorts('expose', text, text);
    for (let port = range.first; port <= range.last; port++) exposed[`${port}/${protocol}`] = {};
  }
  for (const text of ports) {
    const { ip, host, container } = split(text);
    const { range, protocol } = parseContainerPorts('ports', container, text);
    const hosts = host === '' ? undefined : parseRange(host);
    if (host !== '' && hosts === undefined) throw invalidOption('ports', text);
    const count = range.last - range.first;
    if (hosts !== undefined && count > 0 && hosts.last - hosts.first !== count) throw invalidOption('ports', text);
    for (let port = range.first; port <= range.last; port++) {
      const name = `${port}/${protocol}`;
      exposed[name] = {};
      const HostPort =
        hosts === undefined ? '' : count > 0 ? String(hosts.first + port - range.first) : formatRange(hosts);
      (bindings[name] ??= []).push({ HostIp: ip, HostPort });
    }
  }
  return { exposed, bindings };
}

function split(text: string): { readonly ip: string; readonly host: string; readonly container: string } {
  const bracketed = /^\[([^\]]*)\]:(.*)$/.exec(text);
  const parts = (bracketed?.[2] ?? text).split(':');
  const container = parts.pop() ?? '';
  const host = parts.pop() ?? '';
  const ip = bracketed === null ? (parts.pop() ?? '') : (bracketed[1] ?? '');
  const family = bracketed === null ? 4 : 6;
  const isAddress = ip === '' ? bracketed === null : net.isIP(ip) === family && !ip.includes('%');
  if (parts.length > 0 || !isAddress) throw invalidOption('ports', text);
  // ":80" names neither an address nor a port of the host.
  if (bracketed === null && text.startsWith(':')) throw invalidOption('ports', text);
  return { ip, host, container };
}

function parseContainerPorts(
  option: 'ports' | 'expose',
  part: string,
  text: string,
): { readonly range: Range; readonly protocol: string } {
  const [ports = '', protocol = 'tcp', ...more] = part.toLowerCase().split('/');
  const range = parseRange(ports);
  if (range === undefined || range.first === 0 || !protocols.includes(protocol) || more.length > 0)
    throw invalidOption(option, text);
  return { range, protocol };
}

function parseRange(text: string): Range | undefined {
  const [, from = '', to = from] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? [];
  const range = { first: Number(from), last: Number(to) };
  return from === '' || range.last > lastPort || range.first > range.last ? undefined : range;
}

function formatRange({ first, last }: Range): string {
  return first === last ? String(first) : `${first}-${last}`;
}

/**
 * Where a container is reached, from what the engine says of it. Both families of addresses for one port are told once.
 * @param ports by `80/tcp`; null where a port is exposed and not published
 */
export function publishedPorts(
  ports: Readonly<Record<string, readonly { readonly HostIp: string; readonly HostPort: string }[] | null>>,
): readonly string[] {
  return Object.entries(ports).flatMap(([inside, bindings]) => {
    const everywhere = (ip: string) => ip === '0.0.0.0' || ip === '::' || ip === '';
    const told = (bindings ?? []).map(({ HostIp, HostPort }) =>
      everywhere(HostIp)
        ? `${HostPort}:${inside}`
        : `${HostIp.includes(':') ? `[${HostIp}]` : HostIp}:${HostPort}:${inside}`,
    );
    return [...new Set(told)];
  });
}
