import type { CmdStep, Task } from '@shared/model/task.ts';
import { hostOf } from '../quick-build/tags.ts';

/** Something that one or more steps have in common. */
export interface Shared {
  readonly value: string;
  readonly steps: readonly string[];
}

/** Tells each value once, with the steps that have it, in the order of their first sight. */
export function shared(uses: readonly { readonly value: string; readonly step: string }[]): readonly Shared[] {
  const found = new Map<string, string[]>();
  for (const { value, step } of uses) {
    const steps = found.get(value);
    if (steps === undefined) found.set(value, [step]);
    else if (!steps.includes(step)) steps.push(step);
  }
  return [...found].map(([value, steps]) => ({ value, steps }));
}

/** Where Docker sends an image whose name has no registry. */
const dockerHub = 'docker.io';

export interface RegistryPushes {
  readonly registry: string;
  readonly images: readonly Shared[];
}

/** The images that are pushed, by where they go. */
export function pushesByRegistry(
  pushes: readonly { readonly step: string; readonly image: string }[],
): readonly RegistryPushes[] {
  const registries = [...new Set(pushes.map(({ image }) => hostOf(image) ?? dockerHub))];
  return registries.map((registry) => ({
    registry,
    images: shared(
      pushes
        .filter(({ image }) => (hostOf(image) ?? dockerHub) === registry)
        .map(({ image, step }) => ({ value: image, step })),
    ),
  }));
}

function commands(task: Task): readonly CmdStep[] {
  return task.steps.filter((step): step is CmdStep => step.kind === 'cmd');
}

/** The images whose containers run. */
export function imagesRun(task: Task): readonly Shared[] {
  return shared(commands(task).map((step) => ({ value: step.image, step: step.id })));
}

/** What is mounted beside the workspace: secret volumes by name, and folders of this machine. */
export interface Mounts {
  readonly volumes: readonly Shared[];
  readonly binds: readonly Shared[];
}

export function mountsOf(task: Task): Mounts {
  const steps = commands(task);
  return {
    volumes: shared(
      steps.flatMap((step) =>
        step.volumeMounts.map(({ name, mountPath }) => ({ value: `${name} → ${mountPath}`, step: step.id })),
      ),
    ),
    binds: shared(
      steps.flatMap((step) => step.binds.map((bind) => ({ value: bind.replace(':', ' → '), step: step.id }))),
    ),
  };
}

/** The networks that are made for the run, and those that steps use and that are there already. */
export interface Networks {
  readonly made: readonly string[];
  readonly joined: readonly Shared[];
}

export function networksOf(task: Task): Networks {
  const made = task.networks.filter((network) => !network.skipCreation).map((network) => network.name);
  const joined = commands(task).flatMap(({ id, network }) =>
    network === undefined || made.includes(network) ? [] : [{ value: network, step: id }],
  );
  return { made, joined: shared(joined) };
}

/** Whether the run can end before its steps have had their time. */
export function runsOut(times: { readonly longestPathSeconds: number; readonly timeoutSeconds: number }): boolean {
  return times.longestPathSeconds > times.timeoutSeconds;
}
