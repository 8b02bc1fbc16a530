import type { RuntimeHandlers } from '@shared/contract/index.ts';
import { AppFailure } from '@shared/model/app-error.ts';
import type { ContainerEngine } from '../engine/ports.ts';

/** The operations on the engine. That there is none is an answer here, not an error. */
export function engineHandlers(engine: ContainerEngine): RuntimeHandlers['engine'] {
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
  };
}
