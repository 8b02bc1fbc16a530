import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/** Where a system's programs are that a person's PATH may leave out. */
const systemFolders = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** A PATH with the system's folders at its end. */
export function systemPath(env: NodeJS.ProcessEnv): string {
  return [
    ...(env['PATH'] ?? '').split(path.delimiter).filter((folder) => path.isAbsolute(folder)),
    ...systemFolders,
  ].join(path.delimiter);
}

/** The program's file, where it may be run. */
export function findProgram(name: string, env: NodeJS.ProcessEnv): string | undefined {
  return systemPath(env)
    .split(path.delimiter)
    .map((folder) => path.join(folder, name))
    .find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    // Not there or not for us: either way it is not the one.
    return false;
  }
}
