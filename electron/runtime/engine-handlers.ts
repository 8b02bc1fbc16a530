import type { RuntimeHandlers } from '@shared/contract/index.ts';
import { AppFailure } from '@shared/model/app-error.ts';
import type { Settings } from '@shared/model/settings.ts';
import type { ContainerEngine, CredentialSource } from '../engine/ports.ts';
import { setUpEmulation } from '../engine/set-up-emulation.ts';

/** What the operations on the engine stand on. */
export interface EngineParts {
  readonly engine: ContainerEngine;
  readonly settings: () => Pick<Settings, 'emulationImage'>;
  readonly credentials: CredentialSource;
}

/** The operations on the engine. That there is none is an answer here, not an error. */
export function engineHandlers({ engine, settings, credentials }: EngineParts): RuntimeHandlers['engine'] {
  return {
    status: async () => engine.status(),
    async find(_input, signal) {
      try {
        await engine.find(signal);
      } catch (error) {
        if (signal.aborted || !(error instanceof AppFailure)) throw error;
      }
      return engine.status();
    },
    async setUpEmulation(_input, signal) {
      await setUpEmulation(engine, settings().emulationImage, credentials, signal);
      return engine.status();
    },
  };
}
