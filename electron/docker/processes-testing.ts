import { readFile, readdir } from 'node:fs/promises';

/** Processes of this machine, containers' too, whose command line has this word. */
export async function processesNaming(word: string): Promise<readonly string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const commands = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return commands.filter((command) => command.includes(word));
}
