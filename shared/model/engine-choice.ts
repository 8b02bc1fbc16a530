import { type AppFailure, appFailure } from './app-error.ts';
import { platformSupport, runsPlatform } from './emulation.ts';
import type { EngineListing } from './named-engine.ts';
import { distinctPlatforms, formatPlatform, type Platform } from './platform.ts';
import type { Finding, Run } from './run.ts';

/** What the choice reads of an engine. */
export interface EngineCandidate extends Pick<EngineListing, 'name' | 'kind' | 'status'> {
  /** Whether anybody has looked for it yet: without that, `searching` means nothing. Absent for whoever can't look. */
  readonly lookedFor?: boolean;
}

/** What a run asks of an engine. */
export interface EngineWish {
  /** Its name, where somebody gave one. */
  readonly engine?: string | undefined;
  /** All that are built for or run, of the whole run: its steps go to one engine. Empty: the engine's own. */
  readonly platforms: readonly Platform[];
  /** Steps that run commands, for which BuildKit by itself won't do. */
  readonly containers?: boolean;
}

/** Where a run goes. */
export type EngineChoice =
  | { readonly kind: 'ready'; readonly name: string; readonly findings: readonly Finding[] }
  /** None that would do is there yet. These haven't been looked for. */
  | { readonly kind: 'wait'; readonly lookFor: readonly string[] }
  /** No engine that is there would do, and none is on its way. `certain`: none is away that may do, so that it can be said before a run begins. */
  | { readonly kind: 'none'; readonly failure: AppFailure; readonly certain: boolean };

/** What a run asks of an engine. */
export function wishOf({ request, stepPlatforms = [] }: Pick<Run, 'request' | 'stepPlatforms'>): EngineWish {
  switch (request.kind) {
    case 'quickBuild':
      return { engine: request.build.engine, platforms: request.build.platforms };
    case 'quickRun': {
      const { engine, platform } = request.run;
      const platforms = distinctPlatforms([...(platform === undefined ? [] : [platform]), ...stepPlatforms]);
      return { engine, platforms, containers: true };
    }
  }
}

/**
 * Says where a run goes: to the engine that it names; else to the default one, where that has the platforms; else to the first that
 * is there and has them. Where none has, an engine of the same operating system will do: only what a build runs needs more than that,
 * and it will say so: for a task a finding does, whose builds are looked into only when their turn comes. `engines` has the default one first.
 */
export function chooseEngine(
  { engine, platforms, containers = false }: EngineWish,
  engines: readonly EngineCandidate[],
): EngineChoice {
  const named = engine === undefined ? engines : engines.filter(({ name }) => name === engine);
  const candidates = containers ? named.filter(({ kind }) => kind === 'docker') : named;
  if (candidates.length === 0 && named.length > 0)
    return {
      kind: 'none',
      certain: true,
      failure: appFailure('engine.buildsOnly', {
        params: { name: engine ?? '' },
        fixes: [{ kind: 'chooseEngine' }, { kind: 'editInputs' }],
      }),
    };
  const [first] = candidates;
  if (first === undefined)
    return {
      kind: 'none',
      certain: true,
      failure: appFailure('engine.unknown', {
        params: { name: engine ?? '', known: engines.map(({ name }) => name).join(', ') },
        fixes: [{ kind: 'editInputs' }, { kind: 'chooseEngine' }],
      }),
    };
  const lookFor = candidates.filter(({ lookedFor }) => lookedFor === false).map(({ name }) => name);
  const whole = candidates.find((each) => fits(each, platforms) === 'whole');
  // While it is being looked for, nobody knows that the default one won't do.
  if (whole !== undefined && (whole === first || !isOnItsWay(first)))
    return { kind: 'ready', name: whole.name, findings: whole === first ? [] : [whyNot(first, whole, platforms)] };
  if (whole !== undefined) return { kind: 'wait', lookFor: lookFor.filter((name) => name === first.name) };
  if (candidates.some(isOnItsWay) || candidates.every(({ status }) => status.state === 'absent'))
    return { kind: 'wait', lookFor };
  const part = candidates.find((each) => fits(each, platforms) === 'part');
  if (part === undefined) {
    const certain = candidates.every(({ status }) => status.state === 'ready');
    return { kind: 'none', failure: noneFits(platforms, candidates), certain };
  }
  return {
    kind: 'ready',
    name: part.name,
    findings: [
      ...(part === first ? [] : [whyNot(first, part, platforms)]),
      ...(containers ? [mayFail(part, platforms)] : []),
    ],
  };
}

/** Also one that nobody has looked for yet. */
function isOnItsWay({ status }: EngineCandidate): boolean {
  return status.state === 'searching' || status.state === 'starting';
}

/** `part`: it runs the operating systems, and not all of the processors as far as it says. */
function fits({ status }: EngineCandidate, platforms: readonly Platform[]): 'whole' | 'part' | 'not' {
  if (status.state !== 'ready') return 'not';
  const { info } = status;
  if (platforms.some((each) => platformSupport(info, each) === 'otherSystem')) return 'not';
  return platforms.every((each) => runsPlatform(info, each)) ? 'whole' : 'part';
}

function whyNot(first: EngineCandidate, taken: EngineCandidate, platforms: readonly Platform[]): Finding {
  const params = { engine: taken.name, default: first.name };
  return first.status.state === 'ready'
    ? { code: 'engine.defaultLacksPlatform', params: { ...params, platforms: lackedBy(first, platforms) } }
    : { code: 'engine.defaultAbsent', params };
}

function mayFail(taken: EngineCandidate, platforms: readonly Platform[]): Finding {
  return { code: 'engine.lacksPlatforms', params: { engine: taken.name, platforms: lackedBy(taken, platforms) } };
}

function noneFits(platforms: readonly Platform[], engines: readonly EngineCandidate[]): AppFailure {
  return appFailure('engine.noneFits', {
    params: {
      platforms: platforms.map(formatPlatform).join(', '),
      engines: engines.map((each) => `${each.name}: ${lackedBy(each, platforms)}`).join('; '),
    },
    fixes: [{ kind: 'chooseEngine' }, { kind: 'editInputs' }],
  });
}

/** The platforms that an engine does not say it has; a question mark where it says nothing. */
function lackedBy({ status }: EngineCandidate, platforms: readonly Platform[]): string {
  if (status.state !== 'ready') return '?';
  const { info } = status;
  return platforms
    .filter((each) => !runsPlatform(info, each))
    .map(formatPlatform)
    .join(', ');
}
