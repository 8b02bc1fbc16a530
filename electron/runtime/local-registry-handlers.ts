import type { RuntimeHandlers } from '@shared/contract/index.ts';
import { setTimeout as delay } from 'node:timers/promises';
import { AppFailure, appFailure } from '@shared/model/app-error.ts';
import type { LocalRegistryStatus } from '@shared/model/local-registry.ts';
import type { Settings } from '@shared/model/settings.ts';
import { parseImageReference } from '@shared/model/image-reference.ts';
import type { Clock, CredentialSource } from '../engine/ports.ts';
import type { EngineUse } from '../engine/ports/engines.ts';
import type { LocalRegistry } from '../engine/ports/local-registry.ts';
import type { LocalRegistryNote } from '../store/local-registry-note.ts';
import { checkRegistry } from '../registry/check.ts';

export interface LocalRegistryParts {
  /** The engine that runs go to first. */
  readonly takeEngine: () => EngineUse;
  readonly credentials: CredentialSource;
  readonly settings: () => Pick<Settings, 'localRegistryImage'>;
  readonly clock: Clock;
  /** What is told without an engine. */
  readonly note: LocalRegistryNote;
  readonly onChange: () => void;
}

type LocalRegistryHandlers = Pick<
  RuntimeHandlers['registries'],
  'local' | 'localSeen' | 'startLocal' | 'stopLocal' | 'removeLocal'
>;

/** So long a registry may take until it answers, and so long is waited between two looks; ms. */
const patience = 30_000;
const pause = 150;

/** The operations on the registry that Slipway runs in the engine. */
export function localRegistryHandlers({
  takeEngine,
  credentials,
  settings,
  clock,
  note,
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

  function seen(status: LocalRegistryStatus): LocalRegistryStatus {
    note.put(status);
    return status;
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
        engine.status().state === 'ready' ? seen(await localRegistry.status(signal)) : { state: 'noEngine' },
      ),
    localSeen: async () => note.get() ?? null,
    async startLocal({ port, image = settings().localRegistryImage }, signal) {
      parseImageReference(image);
      try {
        return await inEngine(async (localRegistry) => {
          const status = await localRegistry.start({ port, image }, credentials, () => undefined, signal);
          return seen(await untilItAnswers(localRegistry, status, signal));
        });
      } finally {
        onChange();
      }
    },
    async stopLocal(_input, signal) {
      const status = seen(await inEngine((localRegistry) => localRegistry.stop(signal)));
      onChange();
      return status;
    },
    async removeLocal({ data }, signal) {
      await inEngine((localRegistry) => localRegistry.remove(data, signal));
      seen({ state: 'absent', dataKept: !data });
      onChange();
    },
  };
}
