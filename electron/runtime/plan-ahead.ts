import type { EngineStatus } from '@shared/model/engine-status.ts';
import type { QuickBuildRequest } from '@shared/model/quick-build.ts';
import type { RunSource } from '@shared/model/run.ts';
import type { Settings } from '@shared/model/settings.ts';
import type { Engines } from '../engine/ports/engines.ts';
import { chooseEngine, type EngineWish } from '../engine/run/choose-engine.ts';
import { platformOf } from '../engine/run/engine-platform.ts';
import { planQuickBuild, type QuickBuildPlan } from '../engine/run/plan-quick-build.ts';
import { sourceAhead } from '../engine/run/run-source.ts';

/** How the engine is that a run would go to, the default one where none would do. */
export function statusAhead(wish: EngineWish, engines: Pick<Engines, 'list'>): EngineStatus {
  const list = engines.list();
  const choice = chooseEngine(wish, list);
  const name = choice.kind === 'ready' ? choice.name : wish.engine;
  return (list.find((each) => each.name === name) ?? list[0])?.status ?? { state: 'searching', attempts: [] };
}

/** What a run would write, as far as it can be told while no engine is there to ask. @throws as `planQuickBuild` */
export function planAhead(
  request: QuickBuildRequest,
  run: { readonly runId: string; readonly startedAt: number; readonly source?: RunSource | undefined },
  engines: Pick<Engines, 'list'>,
  { defaultRegistry }: Pick<Settings, 'defaultRegistry'>,
): QuickBuildPlan {
  const status = statusAhead(request, engines);
  return planQuickBuild(request, {
    ...run,
    defaultRegistry,
    knownHosts: [],
    builder: status.state === 'ready' ? status.info.builder : undefined,
    enginePlatform: platformOf(status.state === 'ready' ? status.info : { os: 'linux', architecture: process.arch }),
    source: run.source ?? sourceAhead(request.context),
  });
}
