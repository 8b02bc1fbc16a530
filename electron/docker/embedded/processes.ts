import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { ProcessIdentity } from '../../engine/journal.ts';
import { isAlive, processWithId } from '../../process-identity.ts';

/** ms */
const betweenLooks = 50;

/** These and all that they have started. */
export async function withDescendants(roots: readonly ProcessIdentity[]): Promise<readonly ProcessIdentity[]> {
  if (roots.length === 0) return [];
  const parents = await Promise.all((await processIds()).map(async (pid) => ({ pid, parent: await parentOf(pid) })));
  const all = new Map(roots.map((root) => [root.pid, root]));
  for (const { pid } of all.values()) {
    for (const child of parents.filter(({ parent }) => parent === pid)) {
      const identity = all.has(child.pid) ? undefined : processWithId(child.pid);
      // A Map may grow while it is gone through: the new ones have their turn too.
      if (identity !== undefined) all.set(identity.pid, identity);
    }
  }
  return [...all.values()];
}

async function parentOf(pid: number): Promise<number> {
  const status = await readProcessFile(pid, 'status');
  return Number(/^PPid:\s+(\d+)/m.exec(status)?.[1] ?? 0);
}

async function processIds(): Promise<readonly number[]> {
  return (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
}

/** The processes with such a command line (its words, the program first). Linux only. */
export async function processesWith(test: (words: readonly string[]) => boolean): Promise<readonly ProcessIdentity[]> {
  const found: ProcessIdentity[] = [];
  for (const pid of await processIds()) {
    if (!test((await readProcessFile(pid, 'cmdline')).split('\0'))) continue;
    const identity = processWithId(pid);
    if (identity !== undefined) found.push(identity);
  }
  return found;
}

/** Empty for a process that has ended since the folder was listed. */
async function readProcessFile(pid: number, name: 'cmdline' | 'status'): Promise<string> {
  try {
    return await readFile(`/proc/${pid}/${name}`, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH')) return '';
    throw error;
  }
}

/** SIGTERM, a wait of so many ms, SIGKILL; and never a process that got the same number in the meantime. */
export async function end(processes: readonly ProcessIdentity[], patience: number): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    for (const one of processes) if (isAlive(one)) signalTo(one.pid, signal);
    const until = Date.now() + patience;
    while (processes.some(isAlive) && Date.now() < until) await delay(betweenLooks);
  }
}

function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
