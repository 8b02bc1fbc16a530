import { type ContainerSystem, stepPlaces } from '@shared/model/step-places.ts';
import { splitWords, type Variable } from '../command-line/shell-words.ts';
import { type Checking, excerpt, report } from './checking.ts';
import type { Fields, GivenText } from './yaml/fields.ts';

/** The variables of a task, its entries split at commas as ACR does (spec: task-yaml 6.4, E2). */
export function taskEnvironment(task: Fields, hasSteps: boolean, checking: Checking): readonly string[] {
  const entries = (task.texts('env')?.value ?? []).flatMap(({ value, at }) =>
    value.split(',').filter((entry) => {
      if (entry.includes('=')) return true;
      if (hasSteps)
        report(checking, 'env.task', at, {
          params: { text: excerpt(entry) },
          acr: `failed to merge task and step environment variables: cannot parse task environment variable ${entry} correctly`,
        });
      return false;
    }),
  );
  return entries.map(unquoted);
}

/**
 * The variables of a step: its own, then those of the task that it doesn't have (spec: task-yaml 6.4, E1). ACR notices an entry
 * without `=` only when the task has variables.
 */
export function stepEnvironment(
  step: Fields,
  id: string,
  ofTask: readonly string[],
  checking: Checking,
): readonly string[] {
  const own = step.texts('env')?.value ?? [];
  for (const { value, at } of own) {
    if (value.includes('=')) continue;
    const details = { step: id, params: { text: excerpt(value) } };
    if (ofTask.length === 0) report(checking, 'env.withoutValue', at, details);
    else
      report(checking, 'env.step', at, {
        ...details,
        acr: `failed to merge task and step environment variables: cannot parse step environment variable ${value} correctly`,
      });
  }
  const names = new Set(own.map(nameOf));
  return [
    ...own.map(({ value }) => unquoted(value)),
    ...ofTask.filter((entry) => !names.has(entry.split('=', 1)[0] ?? '')),
  ];
}

/**
 * An entry as the container gets it: on ACR it stands in a shell's line, where `A='b c'` is how a value with a blank is written
 * (spec: task-yaml 6.1). One that isn't a word of a shell by itself stays as it is.
 */
function unquoted(entry: string): string {
  if (!/['"\\]/.test(entry) || /[$`]/.test(entry)) return entry;
  const { words, findings } = splitWords(entry, () => undefined);
  const [only, ...others] = words;
  return only !== undefined && others.length === 0 && findings.length === 0 ? only.text : entry;
}

function nameOf({ value }: GivenText): string {
  return value.split('=', 1)[0] ?? '';
}

/** The variables that a step's text may name: those of its environment, and its home. */
export function variableOf(env: readonly string[], system: ContainerSystem): Variable {
  const variables = variablesOf(env);
  const { home, homeVariable } = stepPlaces[system];
  return (name) => variables.get(name) ?? (name === homeVariable ? home : undefined);
}

/** The values of an environment by name; of one name the last counts. What has no value is not in it. */
function variablesOf(env: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    env.flatMap((entry): [string, string][] => {
      const equals = entry.indexOf('=');
      return equals < 0 ? [] : [[entry.slice(0, equals), entry.slice(equals + 1)]];
    }),
  );
}

/** Lays further entries over an environment, as docker does with a name that comes again. */
export function overlay(env: readonly string[], further: readonly string[]): readonly string[] {
  const names = new Set(further.map((entry) => entry.split('=', 1)[0]));
  return [...env.filter((entry) => !names.has(entry.split('=', 1)[0])), ...further];
}
