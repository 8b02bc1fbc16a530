import type { EngineAttempt, SkipReason } from '@shared/model/engine-status.ts';
import type { EngineTls } from '@shared/model/named-engine.ts';
import type { Endpoint } from './endpoint.ts';

/** The world in which an engine is looked for. Passed in, so that a search can be tried for any machine on any machine. */
export interface SearchWorld {
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
  readonly homedir: string;
  /** `undefined` on Windows. */
  readonly uid: number | undefined;
  /** Where the system's own sockets are: `/var/run`. */
  readonly systemFolder: string;
  /** Of the settings; empty for none. */
  readonly engineHost: string;
  /** How `engineHost` is met when it has a name of its own: then the environment has no say. Absent: as the environment wants it. */
  readonly engineTls?: EngineTls | 'none' | undefined;
}

/** Somewhere to look, or the reason why there is nowhere. */
export type Place =
  | { readonly kind: 'endpoint'; readonly endpoint: Endpoint }
  | { readonly kind: 'skipped'; readonly skipReason: SkipReason }
  | {
      readonly kind: 'nowhere';
      readonly host: string;
      readonly outcome: 'absent' | 'failed';
      readonly reason: string;
    };

/** One way in which engines are found. */
export interface Strategy {
  readonly source: EngineAttempt['source'];
  /**
   * `explicit`: somebody has said where the engine is. When that place does not answer, Docker's client fails and does
   * not look elsewhere; so do we. `usual`: one place of several.
   */
  readonly choice: 'explicit' | 'usual';
  /** The places, best first. Never throws: what cannot be read is a place with a reason. */
  places(world: SearchWorld): Promise<readonly Place[]>;
}

/** A {@link Place} to try. */
export function at(endpoint: Endpoint): Place {
  return { kind: 'endpoint', endpoint };
}

/** A {@link Place} that nobody has asked for. */
export function skipped(skipReason: SkipReason): Place {
  return { kind: 'skipped', skipReason };
}

/** A {@link Place} that cannot be tried. */
export function nowhere(outcome: 'absent' | 'failed', reason: string, host = ''): Place {
  return { kind: 'nowhere', host, outcome, reason };
}
