import { type Dockerfile, globalArgValues, type Stage } from './dockerfile.ts';
import { expandVariables } from './variables.ts';

/** The images that a build stands on, as references with their arguments filled in. */
export interface BaseImages {
  /** What the result is built from; absent for `scratch`. */
  readonly runtime: string | undefined;
  /** What other stages that the result needs are built from or read from, each once. */
  readonly buildtime: readonly string[];
  /** Keywords of the instructions that make the result on top of that, in their order. */
  readonly instructions: readonly string[];
}

/**
 * Follows the stages from the target (the last one by default) to where they begin, as BuildKit does: stages that the
 * target doesn't need count for nothing. ACR's scan counts them all and stops at `--platform`; see the specification's
 * table of differences. An unknown target gives the last stage: the build itself will refuse it.
 */
export function baseImages(
  dockerfile: Dockerfile,
  target: string | undefined,
  buildArgs: ReadonlyMap<string, string>,
): BaseImages {
  const values = globalArgValues(dockerfile, buildArgs);
  const { stages } = dockerfile;
  const start = targetStage(stages, target) ?? stages.at(-1);
  if (start === undefined) return { runtime: undefined, buildtime: [], instructions: [] };

  const runtimeChain: Stage[] = [];
  let runtime: string | undefined;
  for (let stage: Stage | undefined = start; stage !== undefined;) {
    runtimeChain.push(stage);
    const origin: string = expandVariables(stage.from, values);
    const parent = parentStage(stages, stage, origin);
    if (parent === undefined) runtime = origin;
    stage = parent;
  }

  const buildtime = new Set<string>();
  const seen = new Set<Stage>(runtimeChain);
  const pending = runtimeChain.flatMap((stage) => readStages(stages, stage));
  for (const stage of runtimeChain) for (const read of stage.reads) buildtime.add(expandVariables(read, values));
  for (let stage = pending.pop(); stage !== undefined; stage = pending.pop()) {
    if (seen.has(stage)) continue;
    seen.add(stage);
    const origin = expandVariables(stage.from, values);
    const parent = parentStage(stages, stage, origin);
    if (parent === undefined) buildtime.add(origin);
    else pending.push(parent);
    for (const read of stage.reads) buildtime.add(expandVariables(read, values));
    pending.push(...readStages(stages, stage));
  }
  const real = (image: string) => image !== '' && image !== 'scratch';
  return {
    runtime: runtime !== undefined && real(runtime) ? runtime : undefined,
    buildtime: [...buildtime].filter((image) => real(image) && image !== runtime),
    instructions: runtimeChain.toReversed().flatMap((stage) => stage.instructions),
  };
}

/** The stage of a name or a number; undefined when there is none. */
export function targetStage(stages: readonly Stage[], target: string | undefined): Stage | undefined {
  if (target === undefined) return undefined;
  return (
    stages.findLast((stage) => stage.name === target.toLowerCase()) ??
    (/^\d+$/.test(target) ? stages[Number(target)] : undefined)
  );
}

/** The stage of the file that a stage begins as, if it is one. */
export function parentStage(stages: readonly Stage[], stage: Stage, origin: string): Stage | undefined {
  return stages.findLast((other) => other.index < stage.index && other.name === origin.toLowerCase());
}

/** The stages of the file that a stage reads from. */
export function readStages(stages: readonly Stage[], stage: Stage): readonly Stage[] {
  return stage.readsStages.flatMap((index) => stages[index] ?? []);
}
