import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { appFailure } from '@shared/model/app-error.ts';

export interface GitProgram {
  readonly path: string;
  /** `2.39.5` */
  readonly version: string;
}

/** From here on git takes `--end-of-options` and `--no-write-fetch-head`, and speaks protocol 2 by itself. */
const oldest = [2, 30] as const;

/**
 * The git of this machine.
 * @throws AppFailure `source.gitNotFound`, also for one that is too old
 */
export async function findGit(
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform,
  signal: AbortSignal,
): Promise<GitProgram> {
  const found = await findProgram('git', env, platform);
  if (found === undefined || (await isInstallerOffer(found, platform, signal))) throw notFound(platform);
  const words = await promisify(execFile)(found, ['--version'], { signal, env: {}, windowsHide: true }).catch(
    (error: unknown) => {
      signal.throwIfAborted();
      throw notFound(platform, found, error);
    },
  );
  const [, version = '', major, minor] = /version ((\d+)\.(\d+)[\d.]*)/.exec(words.stdout) ?? [];
  const old = Number(major) < oldest[0] || (Number(major) === oldest[0] && Number(minor) < oldest[1]);
  if (version === '' || old) throw notFound(platform, `${found}: ${words.stdout.trim()}`);
  return { path: found, version };
}

/** The first version of each line that knows GIT_NO_LAZY_FETCH; lines after the last know it from their beginning. */
const withNoLazyFetch = ['2.39.4', '2.40.2', '2.41.1', '2.42.2', '2.43.4', '2.44.1'];

/**
 * Whether this git can be kept from fetching by itself what a filter left out. One that can't is sent round in circles by a server that
 * hands out plain files in the middle: each look for an object starts another fetch.
 */
export function refusesLazyFetches(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  if (major !== 2 || minor > 44) return major >= 2;
  const first = withNoLazyFetch.find((each) => each.startsWith(`2.${minor}.`));
  return first !== undefined && patch >= Number(first.split('.')[2]);
}

function notFound(platform: NodeJS.Platform, found = '', original?: unknown) {
  const fix =
    platform === 'linux'
      ? ({ kind: 'copyCommand', command: 'sudo apt-get install git' } as const)
      : platform === 'darwin'
        ? ({ kind: 'copyCommand', command: 'xcode-select --install' } as const)
        : ({ kind: 'openUrl', url: 'https://git-scm.com/downloads' } as const);
  return appFailure('source.gitNotFound', { params: { found }, fixes: [fix, { kind: 'retry' }] }, original);
}

/**
 * A program's absolute path. Only absolute entries of the PATH count, and Windows' habit of looking into the working folder
 * first is not ours: there lies what was fetched.
 */
export async function findProgram(
  name: string,
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform,
): Promise<string | undefined> {
  const file = platform === 'win32' ? `${name}.exe` : name;
  const folders = searchPath(env, platform).split(path.delimiter);
  for (const folder of folders.filter((entry) => path.isAbsolute(entry))) {
    const candidate = path.join(folder, file);
    const runs = await Promise.all([access(candidate, constants.X_OK), stat(candidate)]).then(
      ([, found]) => found.isFile(),
      () => false,
    );
    if (runs) return candidate;
  }
  return undefined;
}

/** Apps of macOS start with a PATH that lacks where Homebrew puts programs. */
export function searchPath(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
  const given = env['PATH'] ?? env['Path'] ?? '';
  return platform === 'darwin' ? [given, '/opt/homebrew/bin', '/usr/local/bin'].join(path.delimiter) : given;
}

/** macOS has a /usr/bin/git that only opens a window which offers to install the real one. */
async function isInstallerOffer(found: string, platform: NodeJS.Platform, signal: AbortSignal): Promise<boolean> {
  if (platform !== 'darwin' || found !== '/usr/bin/git') return false;
  return promisify(execFile)('/usr/bin/xcode-select', ['-p'], { signal }).then(
    () => false,
    () => {
      signal.throwIfAborted();
      return true;
    },
  );
}
