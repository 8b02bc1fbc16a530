import type { EngineInfo } from '@shared/model/engine-status.ts';
import { useOperation } from '../api/hooks.ts';

/** What the engine of this name can do, of the default one without a name; undefined while it isn't there. */
export function useEngineInfo(name: string): EngineInfo | undefined {
  const { data: engines = [] } = useOperation('engine', 'list', undefined);
  const status = (name === '' ? engines[0] : engines.find((each) => each.name === name))?.status;
  return status?.state === 'ready' ? status.info : undefined;
}
