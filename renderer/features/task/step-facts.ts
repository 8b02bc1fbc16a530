import { isWorkspace } from '@shared/model/step-places.ts';
import type { TaskStep } from '@shared/model/task.ts';

/** What is worth saying about a step beside what it does; what every step has by itself is left out. */
export type StepFact =
  | { readonly kind: 'needs'; readonly steps: readonly string[] }
  | { readonly kind: 'atOnce' | 'privileged' | 'detach' | 'ignoreErrors' | 'noCache' }
  | { readonly kind: 'timeout' | 'startDelay'; readonly seconds: number }
  | { readonly kind: 'retries'; readonly count: number; readonly delaySeconds: number }
  | { readonly kind: 'repeat'; readonly count: number }
  | { readonly kind: 'network' | 'user' | 'workingDirectory' | 'target'; readonly name: string }
  | { readonly kind: 'ports' | 'platforms'; readonly list: readonly string[] };

/** The facts of a step: when it starts, what it may do, how long. */
export function stepFacts(step: TaskStep): readonly StepFact[] {
  return [
    step.needs.length === 0 ? { kind: 'atOnce' } : { kind: 'needs', steps: step.needs },
    ...ownFacts(step),
    { kind: 'timeout', seconds: step.timeout },
    ...(step.startDelay > 0 ? [{ kind: 'startDelay', seconds: step.startDelay } as const] : []),
    ...(step.retries > 0 ? [{ kind: 'retries', count: step.retries, delaySeconds: step.retryDelay } as const] : []),
    ...(step.repeat > 0 ? [{ kind: 'repeat', count: step.repeat } as const] : []),
    ...(step.ignoreErrors ? [{ kind: 'ignoreErrors' } as const] : []),
  ];
}

function ownFacts(step: TaskStep): readonly StepFact[] {
  const facts: StepFact[] = [];
  switch (step.kind) {
    case 'cmd':
      if (step.privileged) facts.push({ kind: 'privileged' });
      if (step.detach) facts.push({ kind: 'detach' });
      if (step.ports.length > 0) facts.push({ kind: 'ports', list: step.ports });
      if (step.network !== undefined) facts.push({ kind: 'network', name: step.network });
      if (step.user !== undefined && step.user !== '') facts.push({ kind: 'user', name: step.user });
      if (!isWorkspace(step.workingDirectory)) facts.push({ kind: 'workingDirectory', name: step.workingDirectory });
      return facts;
    case 'build':
      if (step.target !== undefined) facts.push({ kind: 'target', name: step.target });
      if (step.platforms.length > 0) facts.push({ kind: 'platforms', list: step.platforms });
      if (step.noCache) facts.push({ kind: 'noCache' });
      if (!isWorkspace(step.workingDirectory)) facts.push({ kind: 'workingDirectory', name: step.workingDirectory });
      return facts;
    case 'push':
      return facts;
  }
}

/** What a step does, as its author wrote it: a command, the options of a build, images. */
export function stepText(step: TaskStep): string {
  switch (step.kind) {
    case 'cmd':
    case 'build':
      return step.text.trim();
    case 'push':
      return step.images.join('\n');
  }
}
