// For the tests of git: a git of ours with a cache of its own, and what became of a checkout.
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { AppFailure, type AppError } from '@shared/model/app-error.ts';
import type { CheckedOut, CheckoutOptions, Git, GitCredential, GitLocation } from '../engine/ports/git.ts';
import { withFileLock } from '../store/secrets/file-lock.ts';
import { createGit, type GitOptions } from './git.ts';

export interface GitBench {
  readonly folder: string;
  readonly cacheFolder: string;
  readonly git: Git;
  /** Lines that were told. */
  readonly lines: string[];
  /** Hosts that a credential was asked for. */
  readonly asked: string[];
  /** Checks out into a new folder. */
  checkout(location: GitLocation, options?: Partial<CheckoutOptions>, signal?: AbortSignal): Promise<CheckedOut>;
  /** The folder of the last checkout. */
  destination(): string;
  remove(): Promise<void>;
}

export const never = new AbortController().signal;

export async function setUpGit(
  options: Partial<GitOptions> & { readonly credentials?: Readonly<Record<string, GitCredential>> } = {},
): Promise<GitBench> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'slipway-git-test-'));
  const { credentials = {}, ...rest } = options;
  const cacheFolder = rest.cacheFolder ?? path.join(folder, 'cache');
  await mkdir(path.join(folder, 'out'));
  const git = createGit({ cacheFolder, environment: process.env, lock: withFileLock, ...rest });
  const lines: string[] = [];
  const asked: string[] = [];
  let count = 0;
  const destination = () => path.join(folder, 'out', String(count));
  return {
    folder,
    cacheFolder,
    git,
    lines,
    asked,
    destination,
    checkout(location, more = {}, signal = never) {
      count++;
      return git.checkout(
        location,
        destination(),
        {
          submodules: false,
          lfs: false,
          reach: 'local',
          async credential(remote) {
            const { host } = new URL(remote);
            asked.push(host);
            return credentials[host];
          },
          onProgress: (line) => lines.push(line),
          ...more,
        },
        signal,
      );
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** A proxy behind which a git server is `public.invalid`, and nothing else is there. */
export async function startGitProxy(server: { readonly host: string }) {
  const port = server.host.split(':')[1];
  const proxy = http.createServer((request, response) => {
    const { host, pathname, search } = new URL(request.url ?? '');
    if (host !== 'public.invalid') return void response.writeHead(500).end();
    const { method, headers } = request;
    const onward = http.request({ host: '127.0.0.1', port, path: pathname + search, method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(response);
    });
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    stop: () => new Promise<unknown>((resolve) => proxy.close(resolve)),
  };
}

/** The error that this ends in. */
export async function errorOf(work: Promise<unknown>): Promise<AppError> {
  const thrown: unknown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (thrown instanceof AppFailure) return thrown.error;
  throw new Error(`no AppFailure: ${String(thrown)}`, { cause: thrown });
}

/** Every file below, with its text; folders and links by what they are. `.git` is left out. */
export async function filesIn(folder: string): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    const name = path.relative(folder, file);
    if (name.split(path.sep).includes('.git') || !entry.isFile()) continue;
    files[name] = await readFile(file, 'utf8');
  }
  return files;
}
