// Running programs of other architectures: QEMU through the kernel's binfmt_misc.
import { existsSync } from 'node:fs';
import { ensurePackages } from '../setup/debian.mjs';
import { run, say } from '../setup/shell.mjs';
import { busyboxFile } from './images.ts';

export type Availability = { ok: true } | { ok: false; reason: string };

/** Sees to it, and proves it by running a program for arm64. */
export async function ensureEmulation(): Promise<Availability> {
  try {
    await ensurePackages(['emulation']);
    if (!existsSync('/proc/sys/fs/binfmt_misc/register')) {
      say('mounting binfmt_misc, through which the kernel finds QEMU');
      await run('mount', ['-t', 'binfmt_misc', 'binfmt_misc', '/proc/sys/fs/binfmt_misc']);
    }
    if (!existsSync('/proc/sys/fs/binfmt_misc/qemu-aarch64')) {
      say('enabling QEMU for programs of other architectures (update-binfmts --enable)');
      await run('update-binfmts', ['--enable']);
    }
    const machine = (await run(await busyboxFile('arm64'), ['uname', '-m'])).trim();
    if (machine !== 'aarch64') throw new Error(`a program for arm64 says that it runs on ${machine}`);
    return { ok: true };
  } catch (error) {
    return { ok: false, reason: `no emulation of arm64: ${error instanceof Error ? error.message : String(error)}` };
  }
}
