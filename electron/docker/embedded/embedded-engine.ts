import type { SkipReason } from '@shared/model/engine-status.ts';
import { type Endpoint, socketEndpoint } from '../connection/endpoint.ts';
import { awaitDaemon, findDaemon, startDaemon, stopDaemon } from './daemon.ts';
import { engineFolder } from './folder.ts';
import { countLeases, dropLease, takeLease } from './leases.ts';
import { withLock } from './lock.ts';
import { findProgram } from './programs.ts';

/** Whose embedded engine, and what it may be started with. */
export interface EmbeddedOptions {
  /** Slipway's home; the engine's folder is below it. */
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
}

/** A share in a dockerd of our own. */
export interface EmbeddedEngine {
  readonly endpoint: Endpoint;
  /** Gives the share back; whoever is the last stops the daemon. Its data stay for the next time. */
  leave(): Promise<void>;
}

/** Why no embedded engine can run here; `undefined` when one can. */
export function embeddedObstacle(
  platform: NodeJS.Platform,
  uid: number | undefined,
  env: NodeJS.ProcessEnv,
): SkipReason | undefined {
  if (platform !== 'linux') return 'notLinux';
  if (uid !== 0) return 'notRoot';
  if (findProgram('dockerd', env) === undefined) return 'noDockerd';
  return undefined;
}

/**
 * Takes a share in this home's dockerd, starting it when it does not run. Every process of the home shares one: whoever
 * comes while it starts waits for it, and one that a crashed process left is taken over. `onStarting` is called before a
 * wait.
 * @throws AppFailure `engine.startFailed` with dockerd's last words
 */
export async function joinEmbeddedEngine(
  options: EmbeddedOptions,
  onStarting: () => void,
  signal: AbortSignal,
): Promise<EmbeddedEngine> {
  const { home, env } = options;
  const folder = engineFolder(home);
  const lease = await takeLease(folder.leases);
  // Leaving is not to be interrupted: it is what cleans up.
  const leave = () =>
    withLock(
      folder.id,
      async () => {
        await dropLease(lease);
        if ((await countLeases(folder.leases)) === 0) await stopDaemon(folder, env);
      },
      new AbortController().signal,
    );
  try {
    onStarting();
    await withLock(
      folder.id,
      async () => {
        await countLeases(folder.leases);
        const running = await findDaemon(folder);
        if (running !== undefined) await awaitDaemon(folder, signal);
        else await startDaemon(folder, findProgram('dockerd', env) ?? 'dockerd', env, signal);
      },
      signal,
    );
    return { endpoint: socketEndpoint(folder.socket), leave };
  } catch (error) {
    await leave();
    throw error;
  }
}
