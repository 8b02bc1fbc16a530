import { chooseEngine, type EngineWish } from '@shared/model/engine-choice.ts';
import type { EngineStatus } from '@shared/model/engine-status.ts';
import type { QuickBuildRequest } from '@shared/model/quick-build.ts';
import type { RunSource } from '@shared/model/run.ts';
import type { Settings } from '@shared/model/settings.ts';
import type { Engines } from '../engine/ports/engines.ts';
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

/**
 * Refuses a run that no engine would take, before there is one. Where only those may do that nobody has looked for yet, it looks first;
 * for one that is away the run waits, or ends with what is needed.
 * @throws `engine.noneFits | buildsOnly | unknown`
 */
export async function assertTaken(
  wish: EngineWish,
  engines: Pick<Engines, 'list' | 'find'>,
  signal: AbortSignal,
): Promise<void> {
  let choice = chooseEngine(wish, engines.list());
  if (choice.kind === 'wait' && wish.platforms.length > 0 && choice.lookFor.length > 0) {
    // What goes wrong with one of them is told by its status, or by the run.
    await Promise.allSettled(choice.lookFor.map((name) => engines.find(name, signal)));
    choice = chooseEngine(wish, engines.list());
  }
  if (choice.kind === 'none' && choice.certain) throw choice.failure;
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
