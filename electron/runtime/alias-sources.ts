import { lookup } from 'node:dns';
import { readFile, realpath } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import path from 'node:path';
import { reachOf } from '../network-reach.ts';

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
      : readWithin(context, source);
}

async function readWithin(context: string | undefined, source: string): Promise<string> {
  if (context === undefined) throw new Error(`${source}: this run has no folder`);
  const root = await realpath(context);
  const file = await realpath(path.resolve(root, source));
  if (!file.startsWith(`${root}${path.sep}`)) throw new Error(`${source} lies outside the folder`);
  const text = await readFile(file, 'utf8');
  if (text.length > longest) throw new Error(`${source} is longer than ${longest} bytes`);
  return text;
}

/** Connects to nothing that only this machine's own network can mean by such an address (spec: reliability-security S8). */
async function fetchText(address: string, signal: AbortSignal, hops: number): Promise<string> {
  if (!URL.canParse(address)) throw new Error(`${address} is no address`);
  const url = new URL(address);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new Error(`${url.protocol} is not read`);
  // A literal address isn't looked up.
  const literal = url.hostname.replace(/^\[|\]$/g, '');
  if (net.isIP(literal) !== 0 && reachOf(literal) === 'forbidden')
    throw new Error(`${literal} is not reached from a task`);
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
    const forbidden = addresses.find(({ address }) => reachOf(address) === 'forbidden');
    if (forbidden !== undefined)
      return callback(new Error(`${hostname} is ${forbidden.address}, which is not reached from a task`), []);
    if (options.all === true) return callback(null, addresses);
    const [first] = addresses;
    return first === undefined
      ? callback(new Error(`${hostname} has no address`), [])
      : callback(null, first.address, first.family);
  });
};
