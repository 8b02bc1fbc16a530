// A context of 20,000 files and 200 MB: built first, built again unchanged, built with one file changed, beside docker's own
// BuildKit clients on the same daemons, and beside the upload of the whole context. Times are from asking to the end of the
// build; for a docker client that is the life of its process.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { median, megabyte, spread, tell, tellHeader, tellRatio } from './figures.ts';
import type { Bench, Peer } from './parts.ts';
import { type Slipway, startSlipway } from './slipway.ts';

const rounds = 7;
const folders = 200;
const filesInFolder = 100;
const fileSize = 10_000;

interface Taken {
  readonly ms: number;
  /** As the client itself tells. */
  readonly sent: string;
}
type Build = (context: string) => Promise<Taken>;

/** What one client took, in ms. */
interface Times {
  readonly first: number[];
  readonly unchanged: number[];
  readonly changed: number[];
}

export async function bench({ peers }: Bench): Promise<void> {
  const work = await mkdtemp(path.join(os.tmpdir(), 'slipway-bench-'));
  try {
    const context = await makeContext(path.join(work, 'context'));
    for (const peer of [peers.docker20, peers.buildx]) await besidePeer(peer, context, work);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function besidePeer(peer: Peer, context: string, work: string): Promise<void> {
  console.log(`\nDocker Engine ${peer.engine.name}, medians of ${rounds} interleaved rounds (quickest-slowest)\n`);
  const slipway = await startSlipway(path.join(work, peer.engine.name), peer.engine.host);
  try {
    const memory: number[] = [];
    const builders: Record<'slipway' | 'docker' | 'tar', Build> = {
      slipway: (folder) => buildBySlipway(slipway, 'runtime', folder, memory),
      docker: (folder) => buildByDocker(peer, folder),
      tar: (folder) => buildBySlipway(slipway, 'tar', folder, []),
    };
    const times = { slipway: noTimes(), docker: noTimes(), tar: noTimes() };
    const names = ['slipway', 'docker', 'tar'] as const;
    const sent = new Map<string, string>();
    let place = context;
    for (let round = 0; round < rounds; round++) {
      // Clients know a context by its path: at a new one, nobody has sent anything yet.
      const next = `${context}-${peer.engine.name}-${round}`;
      await rename(place, next);
      place = next;
      for (const name of rotated(names, round)) {
        const build = builders[name];
        const take = async (kind: keyof Times) => {
          // Nobody waits for the disk because of what somebody else wrote.
          await promisify(execFile)('sync');
          const taken = await build(place);
          times[name][kind].push(taken.ms);
          sent.set(`${name} ${kind}`, taken.sent);
        };
        // Whatever was built before, by whomever, differs in one file: nobody gets another's work out of the daemon's cache.
        await changeOneFile(place);
        await take('first');
        if (name === 'tar') continue;
        await take('unchanged');
        await changeOneFile(place);
        await take('changed');
      }
    }
    await rename(place, context);
    tellHeader();
    const own = (kind: keyof Times) =>
      `${kind}; sent ${sent.get(`slipway ${kind}`)}; peer ${sent.get(`docker ${kind}`)}`;
    for (const kind of ['first', 'unchanged', 'changed'] as const) {
      tellRatio(own(kind), times.slipway[kind], { name: peer.name, times: times.docker[kind] }, 1);
    }
    tellRatio(
      `first, beside the upload (${sent.get('tar first')})`,
      times.slipway.first,
      { name: 'tar upload', times: times.tar.first },
      0.5,
    );
    tell({
      what: 'memory above idle at its highest, any of these builds',
      figure: `${(Math.max(...memory) / megabyte).toFixed(0)} MB (median ${(median(memory) / megabyte).toFixed(0)})`,
      target: '< 200 MB',
      ok: Math.max(...memory) < 200 * megabyte,
    });
    tell({ what: 'the upload, for itself', figure: spread(times.tar.first) });
  } finally {
    await slipway.stop();
  }
}

function noTimes(): Times {
  return { first: [], unchanged: [], changed: [] };
}

async function buildBySlipway(
  slipway: Slipway,
  way: 'runtime' | 'tar',
  context: string,
  memory: number[],
): Promise<Taken> {
  const outcome = await slipway.build({ context, way });
  memory.push(outcome.memory);
  return {
    ms: outcome.over - outcome.pressed,
    sent: `${(outcome.sentBytes / megabyte).toFixed(2)} MB, ${outcome.sentFiles} files`,
  };
}

async function buildByDocker({ command, env }: Peer, context: string): Promise<Taken> {
  const began = performance.now();
  const { stderr } = await promisify(execFile)(command, ['build', '--progress=plain', context], {
    env: { ...env, DOCKER_BUILDKIT: '1' },
    maxBuffer: 64 * megabyte,
  });
  const ms = performance.now() - began;
  const transferred = [...stderr.matchAll(/transferring context: ([\d.]+\s?\w+)/g)].at(-1)?.[1];
  return { ms, sent: transferred ?? 'untold' };
}

async function makeContext(root: string): Promise<string> {
  for (let folder = 0; folder < folders; folder++) {
    const at = path.join(root, 'src', `package-${folder}`);
    await mkdir(at, { recursive: true });
    for (let file = 0; file < filesInFolder; file++) {
      await writeFile(path.join(at, `module-${file}.bin`), randomBytes(fileSize));
    }
  }
  await writeFile(path.join(root, 'Dockerfile'), 'FROM scratch\nCOPY . /src\n');
  return root;
}

let changes = 0;
/** Another one each time. */
async function changeOneFile(root: string): Promise<void> {
  const number = (changes++ * 7919) % (folders * filesInFolder);
  const name = path.join(`package-${number % folders}`, `module-${Math.floor(number / folders)}.bin`);
  await writeFile(path.join(root, 'src', name), randomBytes(fileSize));
}

/** So that nobody is always the one who comes after the slowest. */
function rotated<Item>(items: readonly Item[], by: number): readonly Item[] {
  const at = by % items.length;
  return [...items.slice(at), ...items.slice(0, at)];
}
