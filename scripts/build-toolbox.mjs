// Builds the small program that the samples run instead of images from a registry, for both architectures, and puts a copy
// into each sample, so that a sample is whole wherever it is copied:
//   node scripts/build-toolbox.mjs
// The binaries are committed, since people who build Slipway have no cross compiler. The same compiler makes the same bytes.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { copyFile, mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { projectRoot } from './setup/folders.mjs';
import { SetupProblem, run, say } from './setup/shell.mjs';
import { asCommand } from './setup.mjs';

/** @typedef {'amd64' | 'arm64'} Architecture */

/** @type {readonly Architecture[]} */
export const architectures = ['amd64', 'arm64'];

const samples = path.join(projectRoot, 'assets/samples');
export const toolbox = path.join(samples, 'toolbox');

/** Debian 12's. Another version would make other bytes of the same source. */
const compilerVersion = '12.2.0';
const compilers = { amd64: 'x86_64-linux-gnu-gcc', arm64: 'aarch64-linux-gnu-gcc' };

// No C library, nothing that differs from build to build, and as small as it gets.
const options = [
  '-std=c17 -Os -Wall -Wextra -Werror -Wconversion',
  '-ffreestanding -fno-builtin -nostdlib -static -fno-pie -no-pie',
  '-fno-stack-protector -fno-asynchronous-unwind-tables -fno-tree-loop-distribute-patterns',
  '-fno-ident -g0 -s -Wl,--build-id=none -Wl,-z,norelro -Wl,-z,noseparate-code',
].flatMap((line) => line.split(' '));

/** Where each copy lies: the first one, and one in every sample that has a task file. @param {Architecture} architecture */
export function placesOf(architecture) {
  const folders = readdirSync(samples, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const users = folders.filter(({ name }) => readdirSync(path.join(samples, name)).includes('acr-task.yaml'));
  return [
    path.join(toolbox, 'bin', architecture),
    ...users.map(({ name }) => path.join(samples, name, 'toolbox', architecture)),
  ];
}

/** Why this machine can't build it byte for byte, or nothing. @param {Architecture} architecture */
export function cannotBuild(architecture) {
  const compiler = compilers[architecture];
  const answer = spawnSync(compiler, ['-dumpfullversion'], { encoding: 'utf8' });
  if (answer.status !== 0) return `there is no ${compiler}`;
  const version = answer.stdout.trim();
  return version === compilerVersion
    ? undefined
    : `${compiler} is ${version}, and the committed one is of ${compilerVersion}`;
}

/** Compiles it. @param {Architecture} architecture @param {string} file where it goes */
export async function build(architecture, file) {
  await run(compilers[architecture], [...options, '-o', file, path.join(toolbox, 'source/toolbox.c')]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await asCommand(async () => {
    for (const architecture of architectures) {
      const reason = cannotBuild(architecture);
      if (reason === undefined) continue;
      throw new SetupProblem(
        `${reason}; on Debian 12: apt-get install gcc libc6-dev gcc-aarch64-linux-gnu libc6-dev-arm64-cross`,
      );
    }
    const draft = await mkdtemp(path.join(os.tmpdir(), 'slipway-toolbox-'));
    try {
      for (const architecture of architectures) {
        const file = path.join(draft, architecture);
        await build(architecture, file);
        for (const place of placesOf(architecture)) {
          mkdirSync(path.dirname(place), { recursive: true });
          await copyFile(file, place);
          say(`wrote ${path.relative(projectRoot, place)}`);
        }
      }
    } finally {
      rmSync(draft, { recursive: true, force: true });
    }
  });
}
