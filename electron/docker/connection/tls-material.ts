import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { EngineTls } from '@shared/model/named-engine.ts';
import type { TlsMaterial } from './endpoint.ts';

/**
 * The certificates of an engine that has a name. Files that are named must be there; of a folder at least one, or it is the wrong folder.
 * @throws Error with the path
 */
export async function readTlsFiles(tls: EngineTls): Promise<TlsMaterial> {
  if (tls.kind === 'folder') {
    const material = await readTlsMaterial(tls.path, true);
    if (material.ca === undefined && material.cert === undefined && material.key === undefined)
      throw new Error(`${tls.path} has none of ca.pem, cert.pem and key.pem`);
    return material;
  }
  const read = (file: string | undefined) => (file === undefined ? undefined : readFile(file));
  const [ca, cert, key] = await Promise.all([read(tls.ca), read(tls.cert), read(tls.key)]);
  return { ca, cert, key, verify: true };
}

/**
 * `ca.pem`, `cert.pem` and `key.pem` of a folder. Those that aren't there are left out, as Docker's client does.
 * @throws the system's error where one is there and cannot be read
 */
export async function readTlsMaterial(folder: string, verify: boolean): Promise<TlsMaterial> {
  const [ca, cert, key] = await Promise.all(
    ['ca.pem', 'cert.pem', 'key.pem'].map((name) => readIfThere(path.join(folder, name))),
  );
  return { ca, cert, key, verify };
}

async function readIfThere(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
