/**
 * Which process is which. A process number alone is not enough: it is used again, after a restart of the machine above all.
 * What owns something (a run, a share of the embedded engine) is therefore named with its start as well.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import type { ProcessIdentity } from './engine/journal.ts';

/** A start is safe as a part of a file name. */
const unsafe = /[^0-9A-Za-z.]+/g;

let own: ProcessIdentity | undefined;

/** This process. */
export function currentProcess(): ProcessIdentity {
  own ??= { pid: process.pid, started: startOf(process.pid) ?? startByUptime() };
  return own;
}

/** The process that has this number now; `undefined` when none has (or only its exit status is left of it). */
export function processWithId(pid: number): ProcessIdentity | undefined {
  if (pid === process.pid) return currentProcess();
  const started = startOf(pid);
  return started === undefined ? undefined : { pid, started };
}

/**
 * Whether exactly this process still runs. Where the system cannot tell, the answer is yes: nobody takes over from a
 * process that may be alive. On Windows a number that was used again since the last start of the machine passes for it.
 */
export function isAlive(identity: ProcessIdentity): boolean {
  if (identity.pid === process.pid) return identity.started === currentProcess().started;
  if (process.platform === 'win32')
    return hasNumber(identity.pid) && Number(identity.started) >= bootTime() - clockSlack;
  return startOf(identity.pid) === identity.started;
}

function startOf(pid: number): string | undefined {
  switch (process.platform) {
    case 'linux':
      return linuxStart(pid);
    case 'win32':
      return hasNumber(pid) ? startByUptime() : undefined;
    default:
      return psStart(pid);
  }
}

/** proc(5): field 22 counts clock ticks from the start of the machine, so the start of the machine is named too. */
function linuxStart(pid: number): string | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
  // Field 2 is the program's name in brackets, and may hold spaces and brackets itself.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, ticks] = [fields[0], fields[19]];
  if (state === 'Z' || state === 'X') return undefined;
  return `${bootId()}.${ticks}`;
}

let boot: string | undefined;

function bootId(): string {
  boot ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim().replace(unsafe, '');
  return boot;
}

/** macOS and the BSDs have no /proc. The time zone and the language are fixed, so that the words can be compared. */
function psStart(pid: number): string | undefined {
  const ps = spawnSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
    encoding: 'utf8',
    env: { PATH: '/bin:/usr/bin', LC_ALL: 'C', TZ: 'UTC' },
  });
  if (ps.error !== undefined) throw ps.error;
  const [state = '', ...words] = ps.stdout.trim().split(/\s+/);
  if (words.length === 0 || state.startsWith('Z')) return undefined;
  return words.join('.').replace(unsafe, '.');
}

function hasNumber(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !isGone(error);
  }
}

const clockSlack = 10_000;

function bootTime(): number {
  return Date.now() - os.uptime() * 1000;
}

function startByUptime(): string {
  return String(Math.round(Date.now() - process.uptime() * 1000));
}

function isGone(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ESRCH' || code === 'ENOENT';
}
