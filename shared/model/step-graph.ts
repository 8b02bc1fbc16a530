/** A step as far as its order goes. `needs` names steps above it, as a task file has them (spec: task-yaml 5). */
export interface GraphStep {
  readonly id: string;
  readonly needs: readonly string[];
}

/** The steps whose time adds up to the most along what they need. */
export interface LongestPath {
  /** From the first to the last; empty without steps. */
  readonly ids: readonly string[];
  readonly total: number;
}

/**
 * The steps that can begin now: they are pending, and all that they need has succeeded. In the order of the file.
 * What is needed and isn't there never succeeds.
 */
export function readySteps<T extends GraphStep>(steps: readonly T[], statusOf: (id: string) => string): readonly T[] {
  const known = new Set(steps.map(({ id }) => id));
  const succeeded = (id: string) => known.has(id) && statusOf(id) === 'succeeded';
  return steps.filter(({ id, needs }) => statusOf(id) === 'pending' && needs.every(succeeded));
}

/** Ids of all steps that must have ended before this one begins, however far up. */
export function ancestorsOf(steps: readonly GraphStep[], id: string): ReadonlySet<string> {
  const needs = new Map(steps.map((step) => [step.id, step.needs]));
  return reached(id, (each) => needs.get(each) ?? []);
}

/** Ids of all steps that wait for this one, however far down. */
export function descendantsOf(steps: readonly GraphStep[], id: string): ReadonlySet<string> {
  const neededBy = new Map<string, string[]>();
  for (const step of steps) {
    for (const need of step.needs) {
      const waiting = neededBy.get(need);
      if (waiting === undefined) neededBy.set(need, [step.id]);
      else waiting.push(step.id);
    }
  }
  return reached(id, (each) => neededBy.get(each) ?? []);
}

/** The path with the largest sum of weights. Of equal ones, that which ends first in the file. */
export function longestPath<T extends GraphStep>(steps: readonly T[], weightOf: (step: T) => number): LongestPath {
  const ends = new Map<string, { readonly total: number; readonly before: string | undefined }>();
  let last: string | undefined;
  let most = -Infinity;
  for (const step of steps) {
    let before: string | undefined;
    let total = -Infinity;
    for (const need of step.needs) {
      const end = ends.get(need);
      if (end === undefined || end.total <= total) continue;
      before = need;
      total = end.total;
    }
    total = (before === undefined ? 0 : total) + weightOf(step);
    ends.set(step.id, { total, before });
    if (total <= most) continue;
    most = total;
    last = step.id;
  }
  const ids: string[] = [];
  for (let id = last; id !== undefined; id = ends.get(id)?.before) ids.push(id);
  return { ids: ids.reverse(), total: last === undefined ? 0 : most };
}

/** Steps by how many others come before each at least: those of one layer may run side by side. In the order of the file. */
export function layersOf<T extends GraphStep>(steps: readonly T[]): readonly (readonly T[])[] {
  const depths = new Map<string, number>();
  const layers: T[][] = [];
  for (const step of steps) {
    let depth = 0;
    for (const need of step.needs) depth = Math.max(depth, (depths.get(need) ?? -1) + 1);
    depths.set(step.id, depth);
    (layers[depth] ??= []).push(step);
  }
  return layers;
}

function reached(start: string, next: (id: string) => readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [...next(start)];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    for (const each of next(id)) open.push(each);
  }
  return found;
}
