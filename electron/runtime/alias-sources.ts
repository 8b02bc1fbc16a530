import { lookup } from 'node:dns';
import { realpath } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import path from 'node:path';
import { readShortFile } from '../engine/context/read-within.ts';

/** ACR's limit for a remote source (spec: templating 5), in ms; and ours for its length, in bytes. */
const patienceMs = 2_000;
const longest = 1_048_576;
const redirects = 3;

/**
 * How a task reads what its `alias.src` names: a file of the context's folder, or a text over http(s). Rejects with plain
 * words, which become a finding.
 */
export function aliasSources(context: string | undefined) {
  return (source: string, signal: AbortSignal): Promise<string> =>
    /^https?:\/\//i.test(source)
      ? fetchText(source, AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]), redirects)
      : readWithin(context, source, signal);
}

async function readWithin(context: string | undefined, source: string, signal: AbortSignal): Promise<string> {
  if (context === undefined) throw new Error(`${source}: this run has no folder`);
  const root = await realpath(context);
  const file = await realpath(path.resolve(root, source));
  if (!file.startsWith(`${root}${path.sep}`)) throw new Error(`${source} lies outside the folder`);
  return readShortFile(file, longest, signal);
}

/** Connects to nothing that only this machine's own network can mean by such an address (spec: reliability-security S8). */
async function fetchText(address: string, signal: AbortSignal, hops: number): Promise<string> {
  if (!URL.canParse(address)) throw new Error(`${address} is no address`);
  const url = new URL(address);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new Error(`${url.protocol} is not read`);
  // A literal address isn't looked up.
  const literal = url.hostname.replace(/^\[|\]$/g, '');
  if (net.isIP(literal) !== 0 && isForbidden(literal)) throw new Error(`${literal} is not reached from a task`);
  const response = await get(url, signal);
  const { statusCode = 0, headers } = response;
  if (statusCode >= 300 && statusCode < 400 && headers.location !== undefined) {
    response.destroy();
    if (hops === 0) throw new Error('too many redirects');
    if (!URL.canParse(headers.location, url.href)) throw new Error('a redirect to no address');
    return fetchText(new URL(headers.location, url.href).href, signal, hops - 1);
  }
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response) {
    const bytes = chunk as Buffer;
    length += bytes.length;
    if (length > longest) throw new Error(`longer than ${longest} bytes`);
    chunks.push(bytes);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  if (statusCode > 299) throw new Error(`status ${statusCode}: ${text.slice(0, 200)}`);
  return text;
}

function get(url: URL, signal: AbortSignal): Promise<http.IncomingMessage> {
  const client = url.protocol === 'https:' ? https : http;
  return new Promise((resolve, reject) => {
    client.get(url.href, { signal, lookup: checkedLookup, headers: { accept: '*/*' } }, resolve).on('error', reject);
  });
}

/** Answers addresses that are checked, and are the ones connected to: a second answer of the name can't differ. */
const checkedLookup: net.LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return callback(error, []);
    const forbidden = addresses.find(({ address }) => isForbidden(address));
    if (forbidden !== undefined)
      return callback(new Error(`${hostname} is ${forbidden.address}, which is not reached from a task`), []);
    if (options.all === true) return callback(null, addresses);
    const [first] = addresses;
    return first === undefined
      ? callback(new Error(`${hostname} has no address`), [])
      : callback(null, first.address, first.family);
  });
};

/** Link-local and unspecified addresses: cloud metadata, and nothing that a text is fetched from. */
function isForbidden(address: string): boolean {
  const list = new net.BlockList();
  list.addSubnet('169.254.0.0', 16, 'ipv4');
  list.addSubnet('0.0.0.0', 8, 'ipv4');
  list.addSubnet('fe80::', 10, 'ipv6');
  list.addAddress('fd00:ec2::254', 'ipv6');
  list.addAddress('::', 'ipv6');
  // Metadata services elsewhere, and IPv4 addresses in the clothes of IPv6 (NAT64, 6to4).
  list.addAddress('100.100.100.200', 'ipv4');
  list.addAddress('168.63.129.16', 'ipv4');
  list.addSubnet('64:ff9b::a9fe:0', 112, 'ipv6');
  list.addSubnet('2002:a9fe::', 32, 'ipv6');
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? mappedIPv4(address);
  return mapped === undefined ? list.check(address, net.isIPv6(address) ? 'ipv6' : 'ipv4') : list.check(mapped, 'ipv4');
}

/** `::ffff:a9fe:a9fe`, as URLs write it. */
function mappedIPv4(address: string): string | undefined {
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/i.exec(address) ?? [];
  if (high === undefined || low === undefined) return undefined;
  const bits = (Number.parseInt(high, 16) << 16) | Number.parseInt(low, 16);
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 0xff).join('.');
}
