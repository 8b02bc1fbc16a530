// A step that may have the engine's socket, which lies where docker clients look for it.
import { existsSync, symlinkSync, unlinkSync } from 'node:fs';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { QuickRunRequest } from '@shared/model/quick-run.ts';
import { cannotHere } from '../scripts/parts/need.ts';
import { buildingAt } from './building-testing.ts';
import { endOf, logOf } from './runtime-testing.ts';

const parts = inject('parts');
const never = new AbortController().signal;
const usualPlace = '/var/run/docker.sock';

describe.each(parts.engines)('the socket of Docker Engine $name', (engine) => {
  const { runtime, folder } = buildingAt(engine, parts.registries.private);

  it('is in the container of a step that asks for it, when a person has said so, and in no other', async (context) => {
    // Engines of tests have theirs elsewhere. Where a machine has one there, that is mounted, and not looked into.
    if (!existsSync(usualPlace)) {
      if (process.getuid?.() !== 0) return cannotHere(context, `only root can put a link at ${usualPlace}`);
      symlinkSync(new URL(engine.host).pathname, usualPlace);
      onTestFinished(() => unlinkSync(usualPlace));
    }
    const look = `sh -c 'test -S ${usualPlace} && echo has-it || echo has-none'`;
    const text = `steps:
  - id: client
    cmd: -v ${usualPlace}:${usualPlace} ${parts.busybox.open} ${look}
  - id: other
    cmd: ${parts.busybox.open} ${look}
`;
    const request = (allow: readonly string[]) =>
      QuickRunRequest.parse({ context: workspace, source: { kind: 'text', name: 'acb.yaml', text }, allow });
    const workspace = await folder('socket', { 'acb.yaml': text });
    await expect(runtime().handlers.runs.quickRun(request([]), never)).rejects.toMatchObject({
      error: { code: 'task.notAllowed' },
    });
    const { runId } = await runtime().handlers.runs.quickRun(request(['dockerSocket']), never);
    expect(await endOf(runtime(), runId)).toMatchObject({ status: 'Succeeded' });
    const log = await logOf(runtime(), runId);
    expect(log.match(/^has-.*$/gm)).toEqual(['has-it', 'has-none']);
  });
});
