import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { RuntimeHandlers } from '@shared/contract/index.ts';
import { isFinal, type Run } from '@shared/model/run.ts';
import { QuickRunRequest, type QuickRunInput } from '@shared/model/quick-run.ts';
import { createStrictEngine } from '../engine/run/task/strict-engine-testing.ts';
import { createRuntime, type Runtime } from '../runtime.ts';

const never = new AbortController().signal;
let work: string;
let runtime: Runtime;
let tasks: RuntimeHandlers['taskFiles'];

beforeEach(async () => {
  work = await mkdtemp(path.join(os.tmpdir(), 'slipway tasks 작업 '));
  runtime = await createRuntime({
    home: path.join(work, 'home'),
    env: { HOME: work, DOCKER_CONFIG: work, SLIPWAY_PASSPHRASE: 'a passphrase for tests' },
    owner: 'window',
    engine: createStrictEngine('actor'),
  });
  await runtime.start();
  tasks = runtime.handlers.taskFiles;
});
afterEach(async () => {
  await runtime.close();
  await rm(work, { recursive: true, force: true });
});

async function file(name: string, text: string): Promise<string> {
  const place = path.join(work, name);
  await mkdir(path.dirname(place), { recursive: true });
  await writeFile(place, text);
  return place;
}
/** Resolves with the record when the run is over. */
function endOf(runId: string): Promise<Run> {
  return new Promise((resolve, reject) => {
    const look = () =>
      void runtime.handlers.runs.show({ runId }, never).then((run) => {
        if (isFinal(run.status)) resolve(run);
      }, reject);
    runtime.onEvent(look);
    look();
  });
}
const ofFile = (place: string, more: Partial<QuickRunInput> = {}) =>
  QuickRunRequest.parse({ source: { kind: 'file', path: place }, ...more });

it('previews what a task would build, push, open and ask for', async () => {
  const place = await file(
    'acb.yaml',
    `version: v1.1.0
steps:
  - id: build
    build: -t $Registry/app:$ID --cache-to type=registry,ref=$Registry/app:cache .
  - id: push
    push: ["$Registry/app:$ID"]
  - id: run
    ports: ["8080:80"]
    timeout: 100
    cmd: -v /srv:/srv --privileged actor sh /actor.sh stay
`,
  );
  const preview = await tasks.preview(ofFile(place, { registry: 'quay.test' }), never);
  expect(preview).toMatchObject({
    name: 'acb.yaml',
    builds: [{ step: 'build', image: 'quay.test/app:ca1' }],
    pushes: [
      { step: 'build', image: 'quay.test/app:cache' },
      { step: 'push', image: 'quay.test/app:ca1' },
    ],
    ports: [{ step: 'run', port: '8080:80' }],
    permissions: [
      { permission: 'privileged', step: 'run', allowed: false },
      { permission: 'hostMounts', step: 'run', detail: '/srv:/srv', allowed: false },
    ],
    longestPathSeconds: 1300,
  });
  expect(preview.rendered).toContain('quay.test/app:ca1');
});

it('shows no secret value, typed or in a volume', async () => {
  const place = await file(
    'acb.yaml',
    `volumes:
  - name: v
    secret: { note: ${Buffer.from('hunter2-note').toString('base64')} }
steps:
  - env: ["TOKEN={{.Values.token}}"]
    cmd: actor
`,
  );
  const preview = await tasks.preview(
    ofFile(place, { values: [{ name: 'token', value: 'hunter2-token', secret: true }] }),
    never,
  );
  expect(preview.rendered).toContain('TOKEN=•••');
  expect(JSON.stringify({ ...preview, source: '', rendered: '' })).not.toContain('hunter2');
  expect(preview.task?.volumes).toEqual([{ name: 'v', files: { note: '' } }]);
});

it('reads no more of a file than a task may have, and waits for no pipe', async () => {
  const long = await file('long.yaml', '\n'.repeat(5_000_000));
  const { source, findings } = await tasks.preview(ofFile(long), never);
  expect(source.length).toBeLessThan(1_100_000);
  expect(findings.map(({ code }) => code)).toEqual(['file.tooLarge']);
  const pipe = path.join(work, 'pipe.yaml');
  await once(spawn('mkfifo', [pipe]), 'exit');
  await expect(tasks.preview(ofFile(pipe), never)).rejects.toMatchObject({ error: { code: 'taskfile.notFound' } });
});

it('remembers what a task was allowed, until it asks for something else', async () => {
  const mounting = (folder: string) => `steps:\n  - cmd: -v ${folder}:/x actor sh /actor.sh print {{.Run.ID}}\n`;
  const place = await file('acb.yaml', mounting('/srv/{{.Run.ID}}'));
  const allowed = async () => (await tasks.preview(ofFile(place), never)).permissions.map((each) => each.allowed);
  expect(await allowed()).toEqual([false]);
  await expect(runtime.handlers.runs.quickRun(ofFile(place), never)).rejects.toMatchObject({
    error: { code: 'task.notAllowed', params: { permissions: 'hostMounts' } },
  });
  await tasks.allow({ request: ofFile(place, { allow: ['hostMounts'] }) }, never);
  expect(await allowed()).toEqual([true]);
  expect((await runtime.handlers.runs.quickRun(ofFile(place), never)).runType).toBe('QuickRun');
  await file('acb.yaml', mounting('/etc'));
  expect(await allowed()).toEqual([false]);
});

it('takes back what a task was allowed, and nothing of another', async () => {
  const mounting = 'steps:\n  - cmd: -v /srv:/x actor sh /actor.sh print ran\n';
  const places = [await file('acb.yaml', mounting), await file('other.yaml', mounting)];
  const allowed = (place: string) =>
    tasks.preview(ofFile(place), never).then(({ permissions }) => permissions.map((each) => each.allowed));
  for (const place of places) await tasks.allow({ request: ofFile(place, { allow: ['hostMounts'] }) }, never);
  await tasks.withdraw({ request: ofFile(places[0] ?? '') }, never);
  expect(await Promise.all(places.map(allowed))).toEqual([[false], [true]]);
  await expect(runtime.handlers.runs.quickRun(ofFile(places[0] ?? ''), never)).rejects.toMatchObject({
    error: { code: 'task.notAllowed' },
  });
});

it('runs nothing but what was seen when it was allowed', async () => {
  // A template knows where it is rendered.
  const place = await file(
    'acb.yaml',
    `steps:\n  - cmd: -v {{if eq .Run.ID "ca0000000"}}/srv{{else}}/etc{{end}}:/x actor sh /actor.sh print ran\n`,
  );
  const { runId } = await runtime.handlers.runs.quickRun(ofFile(place, { allow: ['hostMounts'] }), never);
  const ended = await endOf(runId);
  expect(ended).toMatchObject({ status: 'Failed', error: { code: 'task.notAllowed' } });
});

it('lets a re-run do what its run did, and no more', async () => {
  const mounting = (folder: string) => `steps:\n  - cmd: -v ${folder}:/x actor sh /actor.sh print ran\n`;
  const place = await file('acb.yaml', mounting('/srv'));
  const { runId } = await runtime.handlers.runs.quickRun(ofFile(place, { allow: ['hostMounts'] }), never);
  expect((await endOf(runId)).status).toBe('Succeeded');
  const again = await runtime.handlers.runs.rerun({ runId }, never);
  expect((await endOf(again.runId)).status).toBe('Succeeded');
  await file('acb.yaml', mounting('/etc'));
  await expect(runtime.handlers.runs.rerun({ runId }, never)).rejects.toMatchObject({
    error: { code: 'task.notAllowed' },
  });
});

it.each([
  ['build: --network host .', ['hostNetwork --network host']],
  ['build: --ssh default --ssh k=/home/u/key .', ['sshKeys --ssh default', 'sshKeys --ssh k /home/u/key']],
  ['{ cmd: actor, network: "container:other" }', ['hostNetwork container:other']],
  ['cmd: -v database:/x actor', ['hostMounts database:/x']],
  ['cmd: -v /x actor', []],
  ['cmd: docker ps', ['dockerSocket docker.io/library/docker:28-cli']],
])('%s asks for %j', async (step, expected) => {
  const place = await file('acb.yaml', `version: v1.1.0\nsteps:\n  - ${step}\n`);
  const { permissions } = await tasks.preview(ofFile(place), never);
  expect(permissions.map(({ permission, detail }) => `${permission} ${detail}`)).toEqual(expected);
});

it('needs a registry only for a task that names one', async () => {
  const place = await file('acb.yaml', 'version: v1.1.0\nsteps:\n  - build: -t $Registry/app .\n');
  const codes = async (registry?: string) =>
    (await tasks.preview(ofFile(place, registry === undefined ? {} : { registry }), never)).findings.map(
      ({ code }) => code,
    );
  expect(await codes()).toContain('task.registryMissing');
  expect(await codes('quay.test')).not.toContain('task.registryMissing');
});

it('finds the task files of a folder, the usual names first, and those that were run', async () => {
  const task = 'steps:\n  - cmd: actor\n';
  const folder = path.dirname(await file('project/other.yaml', task));
  await file('project/acb.yaml', task);
  await file('project/acr-task.yaml', task);
  await file('project/compose.yaml', 'services:\n  web: {}\n');
  expect((await tasks.survey({ path: folder }, never)).files.map(({ name }) => name)).toEqual([
    'acb.yaml',
    'acr-task.yaml',
    'other.yaml',
  ]);
  const place = path.join(folder, 'other.yaml');
  expect(await tasks.survey({ path: place }, never)).toEqual({
    context: folder,
    files: [{ path: place, name: 'other.yaml' }],
  });
  await runtime.handlers.runs.quickRun(
    ofFile(place, { values: [{ name: 'x', value: 'hunter2', secret: true }] }),
    never,
  );
  expect(await tasks.recent({ limit: 5 }, never)).toEqual([place]);
  const last = await tasks.lastInputs({ path: place }, never);
  expect(last?.values).toEqual([{ name: 'x', secret: true }]);
  await expect(tasks.survey({ path: path.join(work, 'nowhere') }, never)).rejects.toThrow('context.notFound');
});

it('writes a run as commands to copy, without secrets', async () => {
  const request = QuickRunRequest.parse({
    context: '/srv/app',
    source: { kind: 'command', command: 'bash echo "a b"' },
    values: [
      { name: 'x', value: '1' },
      { name: 'token', value: 'hunter2', secret: true },
    ],
    breakpoints: { onFailure: true },
  });
  expect(await tasks.equivalents(request, never)).toEqual({
    slipway: `slipway run --cmd 'bash echo "a b"' --set x=1 --set-secret token --break-on-failure /srv/app`,
    az: `az acr run --cmd 'bash echo "a b"' --set x=1 --set-secret token /srv/app`,
  });
});
