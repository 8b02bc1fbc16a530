/** For tests of what becomes of a disk that is full. */
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'vitest';

/** A disk of so many megabytes, as long as the test (or what stands around it) goes on; in a folder of its own where none is named. */
export async function smallDisk(
  megabytes: number,
  whenOver: (remove: () => Promise<void>) => void,
  folder?: string,
): Promise<string> {
  const disk = folder ?? (await mkdtemp(path.join(os.tmpdir(), 'slipway-disk-')));
  await mkdir(disk, { recursive: true });
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', disk]);
  expect(mounted).toMatchObject({ status: 0 });
  whenOver(async () => {
    spawnSync('umount', ['-l', disk]);
    await rm(disk, { recursive: true, force: true });
  });
  return disk;
}

/** Fills a disk to its last byte; answers how it is freed. */
export async function fill(disk: string): Promise<() => Promise<void>> {
  const ballast = path.join(disk, 'ballast');
  // What could be written stays.
  await writeFile(ballast, Buffer.alloc(200_000_000)).catch(() => undefined);
  return () => rm(ballast);
}
