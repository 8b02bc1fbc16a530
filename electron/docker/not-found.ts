import { existsSync } from 'node:fs';
import { type AppErrorCode, type AppFailure, appFailure, type Fix } from '@shared/model/app-error.ts';
import type { EngineAttempt } from '@shared/model/engine-status.ts';
import type { SearchWorld } from './connection/strategy.ts';
import { findProgram } from './embedded/programs.ts';

/** Why no engine is there, with what helps on this machine. `chosen` is the place that somebody named, if anybody did. */
export function notFoundFailure(
  attempts: readonly EngineAttempt[],
  chosen: EngineAttempt | undefined,
  world: SearchWorld,
): AppFailure {
  const denied = chosen === undefined ? attempts.find(({ outcome }) => outcome === 'permissionDenied') : chosen;
  if (denied?.outcome === 'permissionDenied') {
    return appFailure('engine.permissionDenied', {
      params: { host: denied.host, source: denied.source },
      ...reasonOf(denied),
      fixes: [...permission(world), { kind: 'retry' }, { kind: 'chooseEngine' }],
    });
  }
  if (chosen !== undefined) return chosenFailure(chosen, world.engineTls !== undefined);
  const cause = attempts
    .map(
      ({ source, host, outcome, reason, skipReason }) => `${source} ${host}: ${outcome} ${reason ?? skipReason ?? ''}`,
    )
    .join('\n');
  return appFailure('engine.notFound', {
    cause,
    fixes: [...installation(world), { kind: 'retry' }, { kind: 'chooseEngine' }],
  });
}

/** Why the place that somebody chose holds no engine; `named`: it is one of several. */
export function chosenFailure(chosen: EngineAttempt, named: boolean): AppFailure {
  return appFailure(certificateCode(chosen) ?? (named ? 'engine.notThere' : 'engine.notFound'), {
    params: { host: chosen.host, source: chosen.source },
    ...reasonOf(chosen),
    fixes: [{ kind: 'retry' }, { kind: 'chooseEngine' }],
  });
}

function certificateCode({ certificate }: EngineAttempt): AppErrorCode | undefined {
  switch (certificate) {
    case undefined:
      return undefined;
    case 'unknown':
      return 'engine.certificateUnknown';
    case 'expired':
      return 'engine.certificateExpired';
    case 'name':
      return 'engine.certificateName';
    case 'wanted':
      return 'engine.certificateWanted';
  }
}

function reasonOf({ reason }: EngineAttempt): { readonly cause?: string } {
  return reason === undefined ? {} : { cause: reason };
}

/** Docker's own advice (docs.docker.com/engine/install/linux-postinstall). */
function permission({ platform }: SearchWorld): readonly Fix[] {
  return platform === 'linux'
    ? [{ kind: 'copyCommand', command: 'sudo usermod -aG docker "$USER" && newgrp docker' }]
    : [];
}

function installation({ platform, uid, env }: SearchWorld): readonly Fix[] {
  if (platform !== 'linux') return [{ kind: 'openUrl', url: 'https://docs.docker.com/get-started/get-docker/' }];
  if (findProgram('dockerd', env) === undefined)
    return [{ kind: 'openUrl', url: 'https://docs.docker.com/engine/install/' }];
  const start = existsSync('/run/systemd/system') ? 'systemctl start docker' : 'service docker start';
  return [{ kind: 'copyCommand', command: uid === 0 ? start : `sudo ${start}` }];
}
