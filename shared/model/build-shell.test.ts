import { expect, it } from 'vitest';
import type { AppError } from './app-error.ts';
import { type BuildShellKind, buildShellOf, isBuildShell } from './build-shell.ts';
import type { EngineInfo, EngineStatus } from './engine-status.ts';
import { readyEngine } from './engine-testing.ts';

const engine = (buildShell: EngineInfo['buildShell']) => readyEngine({ buildShell });
const failed: AppError = { code: 'build.failed', params: { exitCode: 3 }, fixes: [] };

it.each<[string, AppError, EngineStatus, BuildShellKind | undefined]>([
  ['what the instruction left, where the engine tells', failed, engine('left'), 'build'],
  ['what it found, where it doesn’t', failed, engine('found'), 'buildBefore'],
  ['nothing, where there is no gateway', failed, engine('none'), undefined],
  ['nothing, while no engine is there', failed, { state: 'searching', attempts: [] }, undefined],
  ['nothing, where no instruction ran', { ...failed, params: {} }, engine('left'), undefined],
  ['nothing, where something else failed', { ...failed, code: 'image.notFound' }, engine('left'), undefined],
])('shows %s', (_, error, status, kind) => {
  expect(buildShellOf(error, status)).toBe(kind);
  expect(isBuildShell(kind ?? 'none')).toBe(kind !== undefined);
});
