import { describe, expect, it } from 'vitest';
import { Task } from '@shared/model/task.ts';
import type { TaskStep } from '@shared/model/task.ts';
import { imagesRun, mountsOf, networksOf, pushesByRegistry, runsOut, shared } from './effects.ts';
import { stepFacts, stepText } from './step-facts.ts';

const base = {
  needs: [] as string[],
  env: [],
  workingDirectory: '/workspace',
  timeout: 600,
  startDelay: 0,
  retries: 0,
  retryDelay: 5,
  retryOnErrors: [],
  repeat: 0,
  ignoreErrors: false,
};

function cmd(id: string, part: Partial<Extract<TaskStep, { kind: 'cmd' }>> = {}): TaskStep {
  return {
    ...base,
    id,
    kind: 'cmd',
    text: 'alpine true',
    image: 'alpine',
    args: ['true'],
    privileged: false,
    ports: [],
    expose: [],
    volumeMounts: [],
    binds: [],
    detach: false,
    keep: false,
    pull: false,
    cmdDownloadRetries: 0,
    cmdDownloadRetryDelay: 0,
    disableWorkingDirectoryOverride: false,
    ...part,
  };
}

const push: TaskStep = { ...base, id: 'push', kind: 'push', images: ['r.io/web:1', 'web:1'], needs: ['test'] };

function task(steps: readonly TaskStep[], part: Partial<Task> = {}): Task {
  return Task.parse({ version: 'v1.1.0', steps, networks: [], secrets: [], volumes: [], ...part });
}

describe('what a task does', () => {
  it('is told once, with the steps that do it', () => {
    expect(
      shared([
        { value: 'a', step: 'one' },
        { value: 'b', step: 'one' },
        { value: 'a', step: 'two' },
        { value: 'a', step: 'two' },
      ]),
    ).toEqual([
      { value: 'a', steps: ['one', 'two'] },
      { value: 'b', steps: ['one'] },
    ]);
  });

  it('names the images whose containers run', () => {
    expect(imagesRun(task([cmd('a'), push, cmd('b'), cmd('c', { image: 'node:22' })]))).toEqual([
      { value: 'alpine', steps: ['a', 'b'] },
      { value: 'node:22', steps: ['c'] },
    ]);
  });

  it('says to which registry images go; a name without one means Docker Hub', () => {
    const pushes = ['r.io/web:1', 'web:1', 'localhost:5000/x', 'harbour/api', 'r.io/api:1'].map((image) => ({
      step: 'push',
      image,
    }));
    expect(
      pushesByRegistry(pushes).map(({ registry, images }) => [registry, images.map(({ value }) => value)]),
    ).toEqual([
      ['r.io', ['r.io/web:1', 'r.io/api:1']],
      ['docker.io', ['web:1', 'harbour/api']],
      ['localhost:5000', ['localhost:5000/x']],
    ]);
  });

  it('tells secret volumes from folders of this machine', () => {
    const mounts = mountsOf(
      task([
        cmd('a', { volumeMounts: [{ name: 'keys', mountPath: '/run/keys' }], binds: ['/srv:/data:ro'] }),
        cmd('b', { volumeMounts: [{ name: 'keys', mountPath: '/run/keys' }] }),
      ]),
    );
    expect(mounts).toEqual({
      volumes: [{ value: 'keys → /run/keys', steps: ['a', 'b'] }],
      binds: [{ value: '/srv → /data:ro', steps: ['a'] }],
    });
  });

  it('tells networks that are made from those that are there', () => {
    const network = { ipv6: false, isDefault: false };
    const networks = networksOf(
      task([cmd('a', { network: 'front' }), cmd('b', { network: 'host' }), cmd('c', { network: 'office' }), cmd('d')], {
        networks: [
          { ...network, name: 'front', skipCreation: false },
          { ...network, name: 'office', skipCreation: true },
        ],
      }),
    );
    expect(networks).toEqual({
      made: ['front'],
      joined: [
        { value: 'host', steps: ['b'] },
        { value: 'office', steps: ['c'] },
      ],
    });
  });
});

describe('the facts of a step', () => {
  it('leave out what every step has', () => {
    expect(stepFacts(cmd('a'))).toEqual([{ kind: 'atOnce' }, { kind: 'timeout', seconds: 600 }]);
  });

  it('tell what it waits for, may do and does again', () => {
    const facts = stepFacts(
      cmd('a', { needs: ['x', 'y'], privileged: true, detach: true, retries: 3, retryDelay: 2, ignoreErrors: true }),
    );
    expect(facts).toEqual([
      { kind: 'needs', steps: ['x', 'y'] },
      { kind: 'privileged' },
      { kind: 'detach' },
      { kind: 'timeout', seconds: 600 },
      { kind: 'retries', count: 3, delaySeconds: 2 },
      { kind: 'ignoreErrors' },
    ]);
  });

  it('have a text for each kind', () => {
    expect([stepText(cmd('a', { text: ' alpine true\n' })), stepText(push)]).toEqual([
      'alpine true',
      'r.io/web:1\nweb:1',
    ]);
  });
});

describe('timeouts', () => {
  it('are too long only when they pass the limit of the run', () => {
    expect(runsOut({ longestPathSeconds: 3_600, timeoutSeconds: 3_600 })).toBe(false);
    expect(runsOut({ longestPathSeconds: 3_601, timeoutSeconds: 3_600 })).toBe(true);
  });
});
