import type { LocalRegistryStatus } from '@shared/model/local-registry.ts';
import type { CredentialSource, PushProgress } from '../ports.ts';

/**
 * A registry in a container of the user's engine, for those who have none: one a home, on this machine's own address alone. It is no
 * run's, so no sweep touches it. The rules of {@link import('../ports.ts').ContainerEngine} hold.
 */
export interface LocalRegistry {
  status(signal: AbortSignal): Promise<LocalRegistryStatus>;
  /**
   * Starts it, or makes it first; what was pushed to it before is there again. It comes back with the engine until it is stopped.
   * @param wanted without a port, the one that it has had, else a free one
   * @throws `registry.engineElsewhere`, `registry.portTaken`, `container.startFailed`, and as `Containers.pull`
   */
  start(
    wanted: { readonly port?: number | undefined; readonly image: string },
    credentials: CredentialSource,
    onProgress: (progress: PushProgress) => void,
    signal: AbortSignal,
  ): Promise<LocalRegistryStatus>;
  /** Stops it; nothing of it is lost. No error when it isn't there. */
  stop(signal: AbortSignal): Promise<LocalRegistryStatus>;
  /** Removes it; with `data`, also all that was pushed to it. */
  remove(data: boolean, signal: AbortSignal): Promise<void>;
}
