import { type AppFailure, appFailure } from '@shared/model/app-error.ts';
import { formatPlatform, offersPlatform, type Platform } from '@shared/model/platform.ts';
import type { Finding, Run } from '@shared/model/run.ts';
import type { EngineView } from '../ports/engines.ts';

/** What a run asks of an engine. */
export interface EngineWish {
  /** Its name, where somebody gave one. */
  readonly engine?: string | undefined;
  /** Empty: the engine's own. */
  readonly platforms: readonly Platform[];
  /** Steps that run commands, for which BuildKit by itself won't do. */
  readonly containers?: boolean;
}

/** Where a run goes. */
export type EngineChoice =
  | { readonly kind: 'ready'; readonly name: string; readonly findings: readonly Finding[] }
  /** None that would do is there yet. These haven't been looked for. */
  | { readonly kind: 'wait'; readonly lookFor: readonly string[] }
  /** No engine that is there would do, and none is on its way. */
  | { readonly kind: 'none'; readonly failure: AppFailure };

/** What a run asks of an engine. */
export function wishOf({ request }: Pick<Run, 'request'>): EngineWish {
  switch (request.kind) {
    case 'quickBuild':
      return { engine: request.build.engine, platforms: request.build.platforms };
    case 'quickRun': {
      const { engine, platform } = request.run;
      return { engine, platforms: platform === undefined ? [] : [platform], containers: true };
    }
  }
}

/**
 * Says where a run goes: to the engine that it names; else to the default one, where that has the platforms; else to the first that
 * is there and has them. Where none has, an engine of the same operating system will do: only what a build runs needs more than that,
 * and it will say so. `engines` has the default one first.
 */
export function chooseEngine(
  { engine, platforms, containers = false }: EngineWish,
  engines: readonly EngineView[],
): EngineChoice {
  const named = engine === undefined ? engines : engines.filter(({ name }) => name === engine);
  const candidates = containers ? named.filter((each) => !buildsOnly(each)) : named;
  if (candidates.length === 0 && named.length > 0)
    return {
      kind: 'none',
      failure: appFailure('engine.buildsOnly', {
        params: { name: engine ?? '' },
        fixes: [{ kind: 'chooseEngine' }, { kind: 'editInputs' }],
      }),
    };
  const [first] = candidates;
  if (first === undefined)
    return {
      kind: 'none',
      failure: appFailure('engine.unknown', {
        params: { name: engine ?? '', known: engines.map(({ name }) => name).join(', ') },
        fixes: [{ kind: 'editInputs' }, { kind: 'chooseEngine' }],
      }),
    };
  const lookFor = candidates.filter(({ lookedFor }) => !lookedFor).map(({ name }) => name);
  const whole = candidates.find((each) => fits(each, platforms) === 'whole');
  // While it is being looked for, nobody knows that the default one won't do.
  if (whole !== undefined && (whole === first || !isOnItsWay(first)))
    return { kind: 'ready', name: whole.name, findings: whole === first ? [] : [whyNot(first, whole, platforms)] };
  if (whole !== undefined) return { kind: 'wait', lookFor: lookFor.filter((name) => name === first.name) };
  if (candidates.some(isOnItsWay) || candidates.every(({ status }) => status.state === 'absent'))
    return { kind: 'wait', lookFor };
  const part = candidates.find((each) => fits(each, platforms) === 'part');
  if (part === undefined) return { kind: 'none', failure: noneFits(platforms, candidates) };
  return { kind: 'ready', name: part.name, findings: part === first ? [] : [whyNot(first, part, platforms)] };
}

function buildsOnly({ status }: EngineView): boolean {
  return status.state === 'ready' && status.info.builder === 'buildkit';
}

/** Also one that nobody has looked for yet. */
function isOnItsWay({ status }: EngineView): boolean {
  return status.state === 'searching' || status.state === 'starting';
}

/** `part`: of the same operating system. */
function fits({ status }: EngineView, platforms: readonly Platform[]): 'whole' | 'part' | 'not' {
  if (status.state !== 'ready') return 'not';
  const { platforms: offered, os } = status.info;
  if (platforms.every((platform) => offersPlatform(offered, platform))) return 'whole';
  return platforms.every((platform) => platform.os === os || offered.some((each) => each.startsWith(`${platform.os}/`)))
    ? 'part'
    : 'not';
}

function whyNot(first: EngineView, taken: EngineView, platforms: readonly Platform[]): Finding {
  const params = { engine: taken.name, default: first.name };
  return first.status.state === 'ready'
    ? {
        code: 'engine.defaultLacksPlatform',
        params: { ...params, platforms: platforms.map(formatPlatform).join(', ') },
      }
    : { code: 'engine.defaultAbsent', params };
}

function noneFits(platforms: readonly Platform[], engines: readonly EngineView[]): AppFailure {
  const looked = engines.map(({ name, status }) =>
    status.state === 'ready' ? `${name} (${status.info.platforms.join(', ')})` : `${name} (-)`,
  );
  return appFailure('engine.noneFits', {
    params: { platforms: platforms.map(formatPlatform).join(', '), engines: looked.join('; ') },
    fixes: [{ kind: 'chooseEngine' }, { kind: 'editInputs' }],
  });
}
