import type { RuntimeHandlers } from '@shared/contract/index.ts';
import { setTimeout as delay } from 'node:timers/promises';
import { AppFailure, appFailure } from '@shared/model/app-error.ts';
import type { LocalRegistryStatus } from '@shared/model/local-registry.ts';
import type { Settings } from '@shared/model/settings.ts';
import { parseImageReference } from '@shared/model/image-reference.ts';
import type { Clock, CredentialSource } from '../engine/ports.ts';
import type { EngineUse } from '../engine/ports/engines.ts';
import type { LocalRegistry } from '../engine/ports/local-registry.ts';
import { checkRegistry } from '../registry/check.ts';

export interface LocalRegistryParts {
  /** The engine that runs go to first. */
  readonly takeEngine: () => EngineUse;
  readonly credentials: CredentialSource;
  readonly settings: () => Pick<Settings, 'localRegistryImage'>;
  readonly clock: Clock;
  readonly onChange: () => void;
}

type LocalRegistryHandlers = Pick<RuntimeHandlers['registries'], 'local' | 'startLocal' | 'stopLocal' | 'removeLocal'>;

/** So long a registry may take until it answers, and so long is waited between two looks; ms. */
const patience = 30_000;
const pause = 150;

/** The operations on the registry that Slipway runs in the engine. */
export function localRegistryHandlers({
  takeEngine,
  credentials,
  settings,
  clock,
  onChange,
}: LocalRegistryParts): LocalRegistryHandlers {
  async function inEngine<T>(work: (localRegistry: LocalRegistry, use: EngineUse) => Promise<T>): Promise<T> {
    const used = takeEngine();
    try {
      return await work(used.engine.localRegistry, used);
    } finally {
      used.release();
    }
  }

  /** A container that runs may not listen yet, and one that can't listen ends. */
  async function untilItAnswers(
    localRegistry: LocalRegistry,
    status: LocalRegistryStatus,
    signal: AbortSignal,
  ): Promise<LocalRegistryStatus> {
    const until = clock.now() + patience;
    let now = status;
    for (;;) {
      if (now.state !== 'running')
        throw appFailure('container.startFailed', {
          params: { image: 'image' in now ? now.image : '' },
          cause: 'it ended right after its start',
        });
      try {
        await checkRegistry(now.host, undefined, signal, { tries: 1 });
        return now;
      } catch (error) {
        if (!(error instanceof AppFailure) || clock.now() > until) throw error;
      }
      await delay(pause, undefined, { signal });
      now = await localRegistry.status(signal);
    }
  }

  return {
    local: async (_input, signal) =>
      inEngine<LocalRegistryStatus>(async (localRegistry, { engine }) =>
        engine.status().state === 'ready' ? await localRegistry.status(signal) : { state: 'noEngine' },
      ),
    async startLocal({ port, image = settings().localRegistryImage }, signal) {
      parseImageReference(image);
      try {
        return await inEngine(async (localRegistry) => {
          const status = await localRegistry.start({ port, image }, credentials, () => undefined, signal);
          return untilItAnswers(localRegistry, status, signal);
        });
      } finally {
        onChange();
      }
    },
    async stopLocal(_input, signal) {
      const status = await inEngine((localRegistry) => localRegistry.stop(signal));
      onChange();
      return status;
    },
    async removeLocal({ data }, signal) {
      await inEngine((localRegistry) => localRegistry.remove(data, signal));
      onChange();
    },
  };
}
