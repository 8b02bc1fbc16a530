import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { readShortFile } from '../engine/context/read-within.ts';
import { openGuarded, type Reach } from '../http/guard.ts';

/** ACR's limit for a remote source (spec: templating 5), in ms; and ours for its length, in bytes. */
const patienceMs = 2_000;
const longest = 1_048_576;
const redirects = 3;

/**
 * How a task reads what its `alias.src` names: a file of the context's folder, or a text over http(s). Rejects with plain
 * words, which become a finding.
 * @param reach `public` for a task file that came from elsewhere
 */
export function aliasSources(context: string | undefined, reach: Reach = 'local') {
  return (source: string, signal: AbortSignal): Promise<string> =>
    /^https?:\/\//i.test(source)
      ? fetchText(source, reach, AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]))
      : readWithin(context, source, signal);
}

async function readWithin(context: string | undefined, source: string, signal: AbortSignal): Promise<string> {
  if (context === undefined) throw new Error(`${source}: this run has no folder`);
  const root = await realpath(context);
  const file = await realpath(path.resolve(root, source));
  if (!file.startsWith(`${root}${path.sep}`)) throw new Error(`${source} lies outside the folder`);
  return readShortFile(file, longest, signal);
}

async function fetchText(address: string, reach: Reach, signal: AbortSignal): Promise<string> {
  if (!URL.canParse(address)) throw new Error(`${address} is no address`);
  const connections = await openGuarded(reach, { redirects });
  try {
    const { status, body } = await connections.ask({ url: new URL(address), headers: { accept: '*/*' } }, signal);
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of body) {
      const bytes = chunk as Buffer;
      length += bytes.length;
      if (length > longest) throw new Error(`longer than ${longest} bytes`);
      chunks.push(bytes);
    }
    const text = Buffer.concat(chunks).toString('utf8');
    if (status > 299) throw new Error(`status ${status}: ${text.slice(0, 200)}`);
    return text;
  } finally {
    await connections.close();
  }
}
