import { describe, expect, it } from 'vitest';
import { toAppError } from '@shared/model/app-error.ts';
import type { EngineInfo } from '@shared/model/engine-status.ts';
import { engineInfo } from '@shared/model/engine-testing.ts';
import { formatPlatform } from '@shared/model/platform.ts';
import { runVariables } from '../../templating/run-variables.ts';
import { loadTask } from '../../taskfile/load-task.ts';
import { assertPlatforms, platformsOfTask } from './task-platforms.ts';
import { taskOf } from './prepare-task.ts';

const never = new AbortController().signal;
const build = (options: string) => `  - build: ${options} .\n`;
const cmd = (platform: string) => `  - id: sail\n    cmd: --platform ${platform} busybox true\n`;

async function taskWith(steps: string) {
  const text = `steps:\n  - cmd: busybox true\n${steps}`;
  const platform = { os: 'linux', architecture: 'amd64' } as const;
  const run = runVariables({ runId: 'ca1', registry: '', startedAt: 0, platform, source: undefined });
  const loaded = await loadTask(
    { name: 'task.yaml', text, set: new Map(), run, now: 0, strict: false, os: 'linux', readAliasSource: unread },
    never,
  );
  return taskOf('task.yaml', loaded);
}
const unread = () => Promise.reject(new Error('there is no alias here'));

describe('the platforms that the steps of a task name', () => {
  it.each([
    ['none', '', ''],
    ['of a build', build('--platform linux/arm64'), 'linux/arm64'],
    ['several of a build', build('--platform=Linux/arm64,linux/386'), 'linux/arm64 linux/386'],
    ['of a command', cmd('linux/arm/v7'), 'linux/arm/v7'],
    ['each once', build('--platform linux/arm64') + cmd('linux/arm64/v8'), 'linux/arm64'],
    ['those that ACR knows', build('--platform linux/riscv64,linux/arm64'), 'linux/arm64'],
  ])('%s', async (_, steps, platforms) => {
    expect(
      platformsOfTask(await taskWith(steps))
        .map(formatPlatform)
        .join(' '),
    ).toBe(platforms);
  });

  it.each<[what: string, steps: string, offers: Partial<EngineInfo>, now: readonly string[], outcome: string]>([
    ['none at all', '', {}, [], ''],
    ['a build of another processor, which may run nothing', build('--platform linux/arm64'), {}, [], ''],
    ['a build of another system', build('--platform windows/amd64'), {}, [], 'platform.otherSystem'],
    ['a command of another processor', cmd('linux/arm64'), {}, ['linux/amd64'], 'platform.noEmulation'],
    ['one whose emulation has come meanwhile', cmd('linux/arm64'), {}, ['linux/amd64', 'linux/arm64'], ''],
    ['a command of one that any such processor runs', cmd('linux/386'), {}, [], ''],
    ['a command on an engine that says nothing of others', cmd('linux/arm64'), { builder: 'tar' }, [], ''],
  ])('are looked at before it begins: %s', async (_, steps, offers, now, outcome) => {
    const engine = { find: async () => ({ ...engineInfo, ...offers }), platforms: async () => now };
    const error = await assertPlatforms(await taskWith(steps), engine, never).then(() => undefined, toAppError);
    expect(error?.code ?? '').toBe(outcome);
    if (outcome === 'platform.noEmulation')
      expect(error).toMatchObject({ params: { platform: 'linux/arm64' }, where: { step: 'sail' } });
  });
});
