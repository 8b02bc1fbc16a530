import { readFile } from 'node:fs/promises';
import type { Duplex } from 'node:stream';
import { AgentProtocol, type ParsedKey, utils } from 'ssh2';

/**
 * An SSH agent that has just these keys, as one connection to it. The keys live as long as the connection.
 * @throws Error naming the file that can't be read, is no private key, or is locked with a passphrase
 */
export async function openKeyAgent(files: readonly string[]): Promise<Duplex> {
  const keys = (await Promise.all(files.map(readKeys))).flat();
  const agent = new AgentProtocol(false);
  agent.on('identities', (request) => agent.getIdentitiesReply(request, keys));
  agent.on('sign', (request, publicKey, data, { hash }) => {
    const wanted = publicKey.getPublicSSH();
    const key = keys.find((one) => wanted.equals(one.getPublicSSH()));
    const signature = key?.sign(data, hash);
    if (signature === undefined || signature instanceof Error) agent.failureReply(request);
    else agent.signReply(request, signature);
  });
  return agent;
}

async function readKeys(file: string): Promise<readonly ParsedKey[]> {
  const parsed = utils.parseKey(await readFile(file));
  if (parsed instanceof Error) throw new Error(`${file}: ${parsed.message}`);
  const keys = Array.isArray(parsed) ? parsed : [parsed];
  if (!keys.every((key) => key.isPrivateKey())) throw new Error(`${file}: not a private key`);
  return keys;
}
