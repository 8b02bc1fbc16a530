import type { EngineInfo } from '@shared/model/engine-status.ts';
import type { EngineKind } from '@shared/model/named-engine.ts';
import { useOperation } from '../api/hooks.ts';

/** What the engine of this name can do, of the default one without a name; undefined while it isn't there. */
export function useEngineInfo(name: string): EngineInfo | undefined {
  const { data: engines = [] } = useOperation('engine', 'list', undefined);
  const status = (name === '' ? engines[0] : engines.find((each) => each.name === name))?.status;
  return status?.state === 'ready' ? status.info : undefined;
}

/** An engine that is there. */
export interface ReadyEngine {
  readonly name: string;
  readonly kind: EngineKind;
  readonly info: EngineInfo;
}

/** Those that are there of the engines that a run may go to: the one of this name, or any without a name, the default one first. */
export function useReadyEngines(name: string): readonly ReadyEngine[] {
  const { data: engines = [] } = useOperation('engine', 'list', undefined);
  return engines.flatMap(({ name: each, kind, status }) =>
    status.state === 'ready' && (name === '' || name === each) ? [{ name: each, kind, info: status.info }] : [],
  );
}
