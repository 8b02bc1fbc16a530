// Five tags of one image pushed, with all layers in the registry already, beside one tag of it, and beside `docker push` of the five one
// after the other.
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expectOk } from '../parts/http.ts';
import { tellHeader, tellRatio } from './figures.ts';
import type { Bench, Peer } from './parts.ts';
import { startSlipway } from './slipway.ts';

const rounds = 15;
const tagsPerRound = 5;

export async function bench({ parts, peers }: Bench): Promise<void> {
  const work = await mkdtemp(path.join(os.tmpdir(), 'slipway-bench-'));
  const repository = `${parts.registries.open.host}/bench/tags-${process.pid}`;
  try {
    for (const peer of [peers.docker20, peers.buildx]) {
      console.log(`\nDocker Engine ${peer.engine.name}, medians (quickest-slowest)\n`);
      const { host } = peer.engine;
      const slipway = await startSlipway(path.join(work, peer.engine.name), host);
      /** Names that the registry doesn't have yet, for an image that it has. */
      const tagged = async (round: string, count: number): Promise<readonly string[]> => {
        const tags = Array.from({ length: count }, (_, index) => `${peer.engine.name}-${round}-${index}`);
        for (const tag of tags)
          await expectOk(host, `/images/bench-tags:1/tag?repo=${encodeURIComponent(repository)}&tag=${tag}`, {
            method: 'POST',
          });
        return tags.map((tag) => `${repository}:${tag}`);
      };
      const pushed = async (images: readonly string[]): Promise<number> => {
        const { pressed, over } = await slipway.run({ task: `steps:\n  - push: ${JSON.stringify(images)}\n` });
        return over - pressed;
      };
      try {
        tellHeader();
        const context = await mkdtemp(path.join(work, 'context-'));
        await writeFile(
          path.join(context, 'Dockerfile'),
          `FROM ${parts.busybox.local}\nRUN echo ${randomUUID()} > /own\n`,
        );
        await slipway.build({ context, way: 'runtime', tags: ['bench-tags:1'] });
        await pushed(await tagged('first', 1));
        const five: number[] = [];
        const one: number[] = [];
        const theirs: number[] = [];
        for (let round = 0; round < rounds; round++) {
          one.push(await pushed(await tagged(`one-${round}`, 1)));
          five.push(await pushed(await tagged(`five-${round}`, tagsPerRound)));
          theirs.push(await pushedByPeer(peer, await tagged(`peer-${round}`, tagsPerRound)));
        }
        tellRatio('five tags, all layers there', five, { name: 'one tag', times: one }, 1.2);
        tellRatio('the same', five, { name: '5 docker push', times: theirs }, 1);
      } finally {
        await slipway.stop();
      }
    }
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function pushedByPeer({ command, env }: Peer, images: readonly string[]): Promise<number> {
  const began = performance.now();
  for (const image of images) await promisify(execFile)(command, ['push', image], { env });
  return performance.now() - began;
}
