// A build for two platforms at once, one of them under QEMU, beside the slower of the two alone. Nothing of it is cached.
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { median, tellHeader, tellRatio } from './figures.ts';
import type { Bench } from './parts.ts';
import { type Slipway, startSlipway } from './slipway.ts';

const rounds = 5;
const names = ['linux/amd64', 'linux/arm64'];

export async function bench({ parts, peers }: Bench): Promise<void> {
  const work = await mkdtemp(path.join(os.tmpdir(), 'slipway-bench-'));
  try {
    for (const { engine } of [peers.docker20, peers.buildx]) {
      console.log(`\nDocker Engine ${engine.name}, medians of ${rounds} interleaved rounds (quickest-slowest)\n`);
      const slipway = await startSlipway(path.join(work, engine.name), engine.host);
      try {
        await besideEach(slipway, path.join(work, `context-${engine.name}`), parts.busybox.open);
      } finally {
        await slipway.stop();
      }
    }
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function besideEach(slipway: Slipway, context: string, image: string): Promise<void> {
  await mkdir(context);
  const took = async (platforms: readonly string[]) => {
    const count = 'i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done';
    await writeFile(path.join(context, 'Dockerfile'), `FROM ${image}\nRUN ${count}; echo ${randomUUID()}\n`);
    const { pressed, over } = await slipway.build({ context, way: 'runtime', platforms });
    return over - pressed;
  };
  const both: number[] = [];
  const alone = new Map<string, number[]>();
  await took(names); // the base images are there from now on
  for (let round = 0; round < rounds; round++) {
    both.push(await took(names));
    for (const name of names) alone.set(name, [...(alone.get(name) ?? []), await took([name])]);
  }
  const [slower] = [...alone].toSorted(([, one], [, other]) => median(other) - median(one));
  if (slower === undefined) throw new Error('nothing was built');
  const [name, times] = slower;
  tellHeader();
  tellRatio('two platforms at once', both, { name: `${name} alone`, times }, 1.3);
}
