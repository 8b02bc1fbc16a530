import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { TlsMaterial } from './endpoint.ts';

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
