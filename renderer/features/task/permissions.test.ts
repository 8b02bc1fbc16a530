import { describe, expect, it } from 'vitest';
import type { TaskPreview } from '@shared/model/quick-run.ts';
import { allowedNow, missingPermissions, permissionRequests, setAllowed } from './permissions.ts';
import { runBlocker } from './run-blocker.ts';

const ask = (permission: TaskPreview['permissions'][number]['permission'], step: string, allowed = false) => ({
  permission,
  step,
  detail: `--${permission}`,
  allowed,
});
const asks = {
  permissions: [
    ask('hostNetwork', 'serve', true),
    ask('privileged', 'scan'),
    ask('hostMounts', 'scan', true),
    ask('privileged', 'build'),
    ask('hostMounts', 'build'),
  ],
};

describe('what a task asks for', () => {
  it('is told once a permission, the weightiest first, with every step that wants it', () => {
    expect(
      permissionRequests(asks, []).map(({ permission, uses, allowed }) => [
        permission,
        uses.map((each) => each.step),
        allowed,
      ]),
    ).toEqual([
      ['privileged', ['scan', 'build'], false],
      ['hostMounts', ['scan', 'build'], false],
      ['hostNetwork', ['serve'], true],
    ]);
  });

  it('is missing until all of it is allowed, now or before', () => {
    expect(missingPermissions(asks, [])).toEqual(['privileged', 'hostMounts']);
    expect(missingPermissions(asks, ['privileged'])).toEqual(['hostMounts']);
    expect(missingPermissions(asks, ['privileged', 'hostMounts'])).toEqual([]);
  });

  it('is all that a run is allowed: nothing that was switched on for another text', () => {
    expect(allowedNow(asks, ['privileged', 'dockerSocket'])).toEqual(['privileged', 'hostNetwork']);
  });

  it('is switched on and off', () => {
    expect(setAllowed(['privileged'], 'privileged', true)).toEqual(['privileged']);
    expect(setAllowed(['privileged', 'hostMounts'], 'privileged', false)).toEqual(['hostMounts']);
  });
});

describe('what stands in the way of a run', () => {
  const clean: TaskPreview = {
    name: 'acr-task.yaml',
    source: 'steps: []',
    rendered: 'steps: []',
    task: { version: 'v1.1.0', steps: [], networks: [], secrets: [], volumes: [] },
    findings: [],
    platforms: [],
    permissions: [],
    ports: [],
    builds: [],
    pushes: [],
    secrets: [],
    longestPathSeconds: 0,
    timeoutSeconds: 3_600,
  };
  const error = { code: 'x', severity: 'error' as const, params: {} };
  const warning = { code: 'y', severity: 'warning' as const, params: {} };
  const { task: _, ...withoutTask } = clean;

  it.each<[string, Partial<Parameters<typeof runBlocker>[0]>, ReturnType<typeof runBlocker>]>([
    ['nothing', {}, undefined],
    ['a warning is nothing', { preview: { ...clean, findings: [warning] } }, undefined],
    ['no preview', { preview: undefined }, { kind: 'unread' }],
    ['a failure', { failed: true, preview: undefined }, { kind: 'unreadable' }],
    ['no image', { formProblems: [{ field: 'command', reason: 'empty' }] }, { kind: 'command' }],
    [
      'the form, before all else',
      {
        formProblems: [
          { field: 'command', reason: 'empty' },
          { field: 'timeout', reason: 'range' },
        ],
        failed: true,
      },
      { kind: 'form', count: 1 },
    ],
    ['errors', { preview: { ...withoutTask, findings: [error, warning, error] } }, { kind: 'errors', count: 2 }],
    [
      'permissions, before secrets',
      { preview: { ...clean, ...asks, secrets: [{ id: 'token', source: 'missing' }] } },
      { kind: 'permissions', missing: ['privileged', 'hostMounts'] },
    ],
    ['allowed ones not', { preview: { ...clean, ...asks }, allow: ['privileged', 'hostMounts'] }, undefined],
    [
      'secrets',
      {
        preview: {
          ...clean,
          secrets: [
            { id: 'a', source: 'stored' },
            { id: 'b', source: 'missing' },
            { id: 'c', source: 'keyVault' },
          ],
        },
      },
      { kind: 'secrets', ids: ['b'] },
    ],
    ['those of Key Vault not', { preview: { ...clean, secrets: [{ id: 'token', source: 'keyVault' }] } }, undefined],
  ])('%s', (_name, part, expected) => {
    expect(runBlocker({ formProblems: [], preview: clean, failed: false, allow: [], ...part })).toEqual(expected);
  });
});
