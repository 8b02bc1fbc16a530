// A git repository of 4,000 files and 80 MB: checked out first, unchanged, and after one commit, beside a plain `git clone --depth 1`
// of the same server. Bytes are counted by the server.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { createGit } from '../../electron/git/git.ts';
import { withFileLock } from '../../electron/store/secrets/file-lock.ts';
import { git, type GitRepository, makeRepository } from '../parts/git-repository.ts';
import { type GitServer, startGitServer } from '../parts/git-server.ts';
import { median, megabyte, tell, tellHeader, tellRatio } from './figures.ts';

const rounds = 6;
const files = 4_000;
const fileSize = 20_000;
const never = new AbortController().signal;

interface Taken {
  readonly ms: number;
  readonly bytes: number;
}

export async function bench(): Promise<void> {
  const work = await mkdtemp(path.join(os.tmpdir(), 'slipway-bench-'));
  const server = await startGitServer(path.join(work, 'server'));
  try {
    const repository = await makeRepository(path.join(server.repositories, 'app.git'));
    const content = Array.from({ length: files }, (_, n) => [nameOf(n), textOf()] as const);
    await repository.commit('main', Object.fromEntries(content));
    await repository.git('repack', '-adq');
    await measure(work, server, repository);
  } finally {
    await server.stop();
    await rm(work, { recursive: true, force: true });
  }
}

async function measure(work: string, server: GitServer, repository: GitRepository): Promise<void> {
  const remote = server.url('open', 'app');
  let out = 0;
  const taken = (go: (destination: string) => Promise<unknown>) => take(server, path.join(work, `out-${out++}`), go);
  const clone = (destination: string) =>
    promisify(execFile)('git', ['clone', '--quiet', '--depth', '1', remote, destination]);
  const kinds = { first: [] as Taken[], unchanged: [] as Taken[], commit: [] as Taken[], clone: [] as Taken[] };
  const sizes: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const slipway = createGit({
      cacheFolder: path.join(work, `cache-${round}`),
      environment: process.env,
      lock: withFileLock,
    });
    const options = {
      submodules: false,
      lfs: false,
      reach: 'local' as const,
      credential: async () => undefined,
      onProgress: () => undefined,
    };
    const checkout = (destination: string) => slipway.checkout({ remote }, destination, options, never);
    // Whoever comes later finds the disk busy with what came before.
    if (round % 2 === 0) kinds.clone.push(await taken(clone));
    kinds.first.push(await taken(checkout));
    kinds.unchanged.push(await taken(checkout));
    await repository.commit('main', { [nameOf(round * 7)]: textOf() });
    sizes.push(await sizeOfLast(repository));
    kinds.commit.push(await taken(checkout));
    if (round % 2 === 1) kinds.clone.push(await taken(clone));
  }
  const bytes = (of: readonly Taken[]) => median(of.map((one) => one.bytes));
  const times = (of: readonly Taken[]) => of.map((one) => one.ms);
  tellHeader();
  const peer = { name: 'git clone --depth 1', times: times(kinds.clone) };
  tellRatio('first checkout, time', times(kinds.first), peer, 1.5);
  tellRatio('unchanged, time', times(kinds.unchanged), peer, 1);
  tellRatio('after one commit, time', times(kinds.commit), peer, 1);
  tellBytes('first checkout, bytes', bytes(kinds.first), 'git clone --depth 1', bytes(kinds.clone), 1.01);
  tellBytes('after one commit, bytes', bytes(kinds.commit), 'git clone --depth 1', bytes(kinds.clone), 0.01);
  tellBytes('after one commit, bytes', bytes(kinds.commit), 'the commit itself', median(sizes), 1.2);
  tellBytes('unchanged, bytes', bytes(kinds.unchanged), 'git clone --depth 1', bytes(kinds.clone), 0.01);
}

async function take(
  server: GitServer,
  destination: string,
  go: (destination: string) => Promise<unknown>,
): Promise<Taken> {
  const from = server.requests.length;
  const began = performance.now();
  await go(destination);
  const ms = performance.now() - began;
  await rm(destination, { recursive: true });
  return { ms, bytes: server.requests.slice(from).reduce((sum, { sent }) => sum + sent, 0) };
}

function tellBytes(what: string, ours: number, name: string, theirs: number, limit: number): void {
  const size = (count: number) =>
    count > megabyte ? `${(count / megabyte).toFixed(1)} MB` : `${(count / 1000).toFixed(1)} kB`;
  const ratio = ours / theirs;
  tell({
    what,
    figure: size(ours),
    beside: `${name} ${size(theirs)}`,
    ratio,
    target: `<= ${limit.toFixed(2)}x`,
    ok: ratio <= limit,
  });
}

/** What a pack of the last commit's own objects takes: nobody can send less. */
async function sizeOfLast(repository: GitRepository): Promise<number> {
  const packed = await git([
    `--git-dir=${repository.folder}`,
    'rev-list',
    '--objects',
    '--disk-usage',
    'main',
    '^main~1',
  ]);
  return Number(packed);
}

function nameOf(n: number): string {
  return `src/package-${n % 80}/module-${n}.txt`;
}

/** As hard to pack as compressed text is easy. */
function textOf(): string {
  return randomBytes(fileSize / 2).toString('hex');
}
