import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { currentProcess, isAlive } from '../../process-identity.ts';

/** A share in the embedded engine: a file whose name tells the process. The engine runs as long as one of them lives. */
export interface Lease {
  readonly file: string;
}

/** Takes a share for this process. */
export async function takeLease(folder: string): Promise<Lease> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { pid, started } = currentProcess();
  const file = path.join(folder, `${pid}-${started}-${randomBytes(4).toString('hex')}`);
  await writeFile(file, '', { flag: 'wx', mode: 0o600 });
  return { file };
}

/** Gives the share back. */
export async function dropLease(lease: Lease): Promise<void> {
  await rm(lease.file, { force: true });
}

/** How many shares processes hold that still live; those of dead ones are removed. */
export async function countLeases(folder: string): Promise<number> {
  let alive = 0;
  for (const name of await readdir(folder)) {
    const [, pid, started] = /^(\d+)-([0-9A-Za-z.]+)-[0-9a-f]+$/.exec(name) ?? [];
    // Not ours to judge: nothing else belongs here, and nothing else is removed.
    if (pid === undefined || started === undefined) continue;
    if (isAlive({ pid: Number(pid), started })) alive++;
    else await rm(path.join(folder, name), { force: true });
  }
  return alive;
}
