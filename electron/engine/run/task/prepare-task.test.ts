import { describe, expect, it } from 'vitest';
import { AppFailure } from '@shared/model/app-error.ts';
import { registryOf } from './prepare-task.ts';

describe('the registry of a run', () => {
  it.each<[title: string, text: string, requested: string | undefined, byDefault: string, registry: string]>([
    ['is the one that was asked for', 'x: $Registry', 'a.example', 'b.example', 'a.example'],
    ['else the default', 'x: $Registry', undefined, 'b.example', 'b.example'],
    ['may be missing where no text needs it', 'x: $RegistryName2 {{.Run.RegistryName}}', undefined, '', ''],
    ['isn’t needed for a comment', '  # - push: [$Registry/x]\nsteps: []', undefined, '', ''],
  ])('%s', (_title, text, requested, byDefault, registry) => {
    expect(registryOf({ name: 'task.yaml', text }, requested, byDefault)).toBe(registry);
  });

  it.each(['push: ["$Registry/x"]', 'cmd: {{ .Run.Registry }}/x', 'x: y # $Registry'])('is needed for %s', (text) => {
    let thrown: unknown;
    try {
      registryOf({ name: 'task.yaml', text }, undefined, '');
    } catch (error) {
      thrown = error;
    }
    expect(thrown instanceof AppFailure && thrown.error.code).toBe('registry.missing');
  });
});
