import type { TaskSecret } from '@shared/model/task.ts';
import type { AliasSourceText } from './alias-definitions.ts';
import { type LoadAnswer, type LoadedTask, type LoadRequest, loadSteps, type TaskTextInputs } from './load-steps.ts';
import { loadInThread } from './load-in-thread.ts';
import { limitsWithoutThread, NeedsThread } from './task-limits.ts';

export { defaultImageAliases } from './alias-definitions.ts';
export type { LoadedTask, TaskTextInputs };

/** A task's text, and what it may ask of the world. */
export interface TaskInputs extends TaskTextInputs {
  /** Reads a file or an address of `alias.src`; what it throws becomes a finding. */
  readonly readAliasSource: (source: string, signal: AbortSignal) => Promise<string>;
  /** Fetches the secrets of the task. Absent, as for a preview: they are empty texts, and no finding. */
  readonly resolveSecrets?:
    ((secrets: readonly TaskSecret[], signal: AbortSignal) => Promise<ReadonlyMap<string, string>>) | undefined;
}

/**
 * Makes a task of a file's text: renders it, checks it and fills in all that it leaves open. What is wrong is among the
 * findings, all of it at once, with its place in the author's text. A small file is read here; one that asks for more goes to a
 * thread, which is ended when it takes too long.
 * @throws what `resolveSecrets` throws, and the signal's reason
 */
export async function loadTask(inputs: TaskInputs, signal: AbortSignal): Promise<LoadedTask> {
  signal.throwIfAborted();
  const { readAliasSource: _read, resolveSecrets: _resolve, ...texts } = inputs;
  const answer = answering(inputs, signal);
  try {
    return await carryOn(loadSteps(texts, limitsWithoutThread), answer);
  } catch (error) {
    if (!(error instanceof NeedsThread)) throw error;
  }
  return loadInThread(texts, answer, signal);
}

/** Goes through the steps of a loading, answering what it asks. */
export async function carryOn(
  loading: Generator<LoadRequest, LoadedTask, LoadAnswer>,
  answer: (request: LoadRequest) => Promise<LoadAnswer>,
): Promise<LoadedTask> {
  let step = loading.next();
  while (step.done !== true) step = loading.next(await answer(step.value));
  return step.value;
}

/** Answers from the world. What was asked before is answered from memory: a loading may begin anew in a thread. */
function answering(
  { readAliasSource, resolveSecrets }: TaskInputs,
  signal: AbortSignal,
): (request: LoadRequest) => Promise<LoadAnswer> {
  const sources = new Map<string, Promise<AliasSourceText>>();
  const fetched = new Map<string, Promise<ReadonlyMap<string, string>>>();

  const read = async (source: string): Promise<AliasSourceText> => {
    try {
      return { text: await readAliasSource(source, signal) };
    } catch (error) {
      signal.throwIfAborted();
      return { error: error instanceof Error ? error.message : String(error) };
    }
  };

  return async (request) => {
    switch (request.kind) {
      case 'aliasSources': {
        const texts = request.sources.map((source) => {
          const text = sources.get(source) ?? read(source);
          sources.set(source, text);
          return text;
        });
        return { kind: 'aliasSources', texts: await Promise.all(texts) };
      }
      case 'secrets': {
        if (resolveSecrets === undefined) return { kind: 'secrets', values: undefined };
        const key = JSON.stringify(request.secrets);
        const values = fetched.get(key) ?? resolveSecrets(request.secrets, signal);
        fetched.set(key, values);
        return { kind: 'secrets', values: await values };
      }
    }
  };
}
