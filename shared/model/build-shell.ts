import type { AppError } from './app-error.ts';
import type { EngineStatus } from './engine-status.ts';
import type { RunPause } from './run.ts';

/** What a shell in a failed build shows: the files that the failed instruction left (`build`), or those that it found. */
export type BuildShellKind = Extract<RunPause['shell'], 'build' | 'buildBefore'>;

/** The shell that the engine can open in a build that failed so; `undefined` where there is none: only an instruction that ran has a state. */
export function buildShellOf({ code, params }: AppError, engine: EngineStatus): BuildShellKind | undefined {
  if (code !== 'build.failed' || params['exitCode'] === undefined || engine.state !== 'ready') return undefined;
  switch (engine.info.buildShell) {
    case 'left':
      return 'build';
    case 'found':
      return 'buildBefore';
    case 'none':
      return undefined;
  }
}

export function isBuildShell(kind: RunPause['shell']): kind is BuildShellKind {
  return kind === 'build' || kind === 'buildBefore';
}
