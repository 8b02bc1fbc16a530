// Archives from outside that mean no good: what each costs until it is an error, unpacked as a context is, in a process of its own. No
// peer: the limits are S5 of the design, what may be unpacked plus 64 MiB of disk, 150 MiB of memory, and a loop that answers in 200 ms.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { appendFile, mkdir, mkdtemp, rm, stat, statfs, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { unpackingLimits } from '../../electron/sources/unpacking.ts';
import { tar } from '../parts/tar.ts';
import { bundleTypeScript } from '../run-ts.mjs';
import { buildWorkers } from '../setup-workers.ts';
import type { BombOutcome } from './bomb-host.ts';
import { megabyte, tell, tellHeader } from './figures.ts';

const mebibyte = 1_048_576;
const memoryLimit = 150 * mebibyte;
const diskLimit = unpackingLimits.bytes + 64 * mebibyte;
const stallLimit = 200;
/** In memory, where the free space says what was written, and by nobody else. */
const memoryFolder = '/dev/shm';

type Make = (file: string) => Promise<void>;

const bombs: readonly [what: string, make: Make][] = [
  ['10 GB of zeros in 10 MB', (file) => zeros(file, 40)],
  // Less than may be unpacked, were it not so much more than went in.
  ['1 GB of zeros in 1 MB', (file) => zeros(file, 4)],
  ['a million empty files', manyFiles],
  ['an archive in an archive in an archive', (file) => writeFile(file, gzipSync(gzipSync(gzipSync(tar([])))))],
];

export async function bench(): Promise<void> {
  await buildWorkers({ sourceMaps: false });
  const host = await bundleTypeScript(path.join(import.meta.dirname, 'bomb-host.ts'));
  const work = await mkdtemp(path.join(os.tmpdir(), 'slipway-bench-'));
  const place = await mkdtemp(path.join(existsSync(memoryFolder) ? memoryFolder : os.tmpdir(), 'slipway-bench-'));
  try {
    tellHeader();
    for (const [index, [what, make]] of bombs.entries()) {
      const file = path.join(work, `${index}.tgz`);
      await make(file);
      const { size } = await stat(file);
      const { disk, outcome } = await unpack(host, file, path.join(place, String(index)));
      const { memory, longestStall, milliseconds, error } = outcome;
      tell({
        what: `${what} (${(size / megabyte).toFixed(1)} MB)`,
        figure: [`${milliseconds.toFixed(0)} ms`, `${mb(disk)} of disk`, `${mb(memory)}`].join(', '),
        beside: `${error}, loop held ${longestStall.toFixed(0)} ms`,
        target: `< ${mb(diskLimit)}, ${mb(memoryLimit)}`,
        ok: disk <= diskLimit && memory <= memoryLimit && longestStall < stallLimit,
      });
      await rm(file);
    }
  } finally {
    await rm(work, { recursive: true, force: true });
    await rm(place, { recursive: true, force: true });
  }
}

function mb(bytes: number): string {
  return `${(bytes / megabyte).toFixed(0)} MB`;
}

/** Beside what the process tells of itself, the most that lay on the disk meanwhile. */
async function unpack(host: string, file: string, folder: string) {
  await mkdir(folder);
  const used = async () => {
    const { blocks, bfree, bsize } = await statfs(folder);
    return (blocks - bfree) * bsize;
  };
  const before = await used();
  let most = before;
  const child = fork(host, [file, folder], { execArgv: ['--expose-gc'] });
  const over = once(child, 'exit');
  const answered = once(child, 'message');
  let outcome: BombOutcome | undefined;
  void answered.then(([told]) => (outcome = told as BombOutcome));
  while (child.exitCode === null) {
    most = Math.max(most, await used());
    await delay(10);
  }
  await over;
  if (outcome === undefined) throw new Error(`the process ended with ${child.exitCode}`);
  return { disk: most - before, outcome };
}

/** A tar with one file, of so many quarters of a gigabyte; gzip takes what is packed in pieces as one. */
async function zeros(file: string, pieces: number): Promise<void> {
  const piece = 256 * megabyte;
  const first = tar([{ name: 'zeros' }]).subarray(0, 512);
  await writeFile(file, gzipSync(withSize(first, piece * pieces)));
  const packed = gzipSync(Buffer.alloc(piece), { level: 9 });
  for (let index = 0; index < pieces; index++) await appendFile(file, packed);
  await appendFile(file, gzipSync(Buffer.alloc(1024)));
}

/** The header of a file of another size. */
function withSize(header: Buffer, size: number): Buffer {
  const block = Buffer.from(header);
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  block.write('        ', 148);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

async function manyFiles(file: string): Promise<void> {
  await writeFile(file, '');
  for (let folder = 0; folder < 1_000; folder++) {
    const entries = Array.from({ length: 1_000 }, (_, index) => ({ name: `${folder}/${index}` }));
    await appendFile(file, gzipSync(tar(entries).subarray(0, -1024), { level: 1 }));
  }
  await appendFile(file, gzipSync(Buffer.alloc(1024)));
}
