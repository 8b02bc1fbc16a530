/** For tests on real engines: a runtime that builds folders, and what becomes of its runs. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { type QuickBuildInput, QuickBuildRequest } from '@shared/model/quick-build.ts';
import { QuickRunRequest } from '@shared/model/quick-run.ts';
import type { Run } from '@shared/model/run.ts';
import type { EngineInfo } from '../scripts/parts/parts.ts';
import type { RegistryInfo } from '../scripts/parts/registry.ts';
import { createRuntime, type Runtime } from './runtime.ts';
import { endOf } from './runtime-testing.ts';

const never = new AbortController().signal;

/** A runtime for the tests of a `describe`, at one engine and signed in to one registry. */
export interface Building {
  readonly runtime: () => Runtime;
  /** The folder that everything of these tests lies in. */
  readonly work: () => string;
  /** Another one, with a home of this name; not started. */
  readonly runtimeAt: (home: string) => Promise<Runtime>;
  /** A context of these files; its path. */
  readonly folder: (name: string, files: Readonly<Record<string, string>>) => Promise<string>;
  readonly start: (input: QuickBuildInput) => Promise<Run>;
  /** Builds to the end. */
  readonly build: (input: QuickBuildInput) => Promise<Run>;
  /** Runs a task of this text to the end. */
  readonly quickRun: (context: string, text: string) => Promise<Run>;
}

export function buildingAt(
  engine: Pick<EngineInfo, 'host'>,
  registry: RegistryInfo & { readonly login: { readonly user: string; readonly password: string } },
): Building {
  let work: string;
  let runtime: Runtime;

  const runtimeAt = (home: string) =>
    createRuntime({
      home: path.join(work, home),
      // Nothing of this machine's own configuration counts here.
      env: {
        PATH: process.env['PATH'],
        HOME: work,
        DOCKER_CONFIG: work,
        DOCKER_HOST: engine.host,
        SLIPWAY_PASSPHRASE: 'a passphrase for tests',
      },
      owner: 'window',
    });
  const start = (input: QuickBuildInput) => runtime.handlers.runs.quickBuild(QuickBuildRequest.parse(input), never);

  beforeAll(async () => {
    work = await mkdtemp(path.join(os.tmpdir(), 'slipway runtime 실행 '));
    runtime = await runtimeAt('home');
    await runtime.start();
    const { user: username, password: secret } = registry.login;
    const credential = { kind: 'password' as const, username, secret };
    await runtime.handlers.registries.login({ host: registry.host, credential }, never);
  });
  afterAll(async () => {
    await runtime.close();
    await rm(work, { recursive: true, force: true });
  });

  return {
    runtime: () => runtime,
    work: () => work,
    runtimeAt,
    async folder(name, files) {
      const context = path.join(work, name);
      await mkdir(context, { recursive: true });
      for (const [file, text] of Object.entries(files)) await writeFile(path.join(context, file), text);
      return context;
    },
    start,
    build: async (input) => endOf(runtime, (await start(input)).runId),
    async quickRun(context, text) {
      const request = QuickRunRequest.parse({ context, source: { kind: 'text', name: 'acb.yaml', text } });
      return endOf(runtime, (await runtime.handlers.runs.quickRun(request, never)).runId);
    },
  };
}
