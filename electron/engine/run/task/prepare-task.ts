import { appFailure } from '@shared/model/app-error.ts';
import type { Platform } from '@shared/model/platform.ts';
import type { QuickRunRequest, TaskSource } from '@shared/model/quick-run.ts';
import type { RunSource } from '@shared/model/run.ts';
import type { Task, TaskSecret } from '@shared/model/task.ts';
import type { TaskFinding } from '@shared/model/task-finding.ts';
import { taskOfCommand } from '../../taskfile/command-task.ts';
import { dropCommentLines } from '../../taskfile/comment-lines.ts';
import { type LoadedTask, loadTask } from '../../taskfile/load-task.ts';
import { TextMap } from '../../taskfile/text-map.ts';
import { runVariables } from '../../templating/run-variables.ts';

/** The texts of a task, read once: a run goes on with what it was asked for, whatever becomes of the files. */
export interface TaskTexts {
  /** How messages call the file. */
  readonly name: string;
  readonly text: string;
  readonly values?: { readonly name: string; readonly text: string } | undefined;
  /** What of the machine it asked for when it was looked at (`askedOf`): no more than that may be allowed. */
  readonly asked?: readonly string[] | undefined;
}

/** What the rendering of a task depends on, beside its texts. */
export interface TaskFacts {
  readonly runId: string;
  /** When the run starts: ms since 1970, UTC. */
  readonly startedAt: number;
  /** Login server, or empty. */
  readonly registry: string;
  readonly platform: Pick<Platform, 'os' | 'architecture'>;
  /** The volume of `/workspace`; empty while there is none. */
  readonly sharedVolume: string;
  /** What the context turned out to be; absent for a folder or none. */
  readonly source?: RunSource | undefined;
  /** Undefined names are errors. */
  readonly strict: boolean;
  readonly readAliasSource: (source: string, signal: AbortSignal) => Promise<string>;
  /** Absent for a preview: secrets are empty then. */
  readonly resolveSecrets?: (
    secrets: readonly TaskSecret[],
    signal: AbortSignal,
  ) => Promise<ReadonlyMap<string, string>>;
}

/** Renders and checks a task. What is wrong with it is among the findings. */
export function renderTask(
  texts: TaskTexts,
  request: Pick<QuickRunRequest, 'values' | 'context'>,
  facts: TaskFacts,
  signal: AbortSignal,
): Promise<LoadedTask> {
  return loadTask(
    {
      ...texts,
      // az writes the version that has aliases into a file without one when there is no context (spec: task-yaml 2.1).
      ...(request.context === undefined ? { defaultVersion: 'v1.1.0' } : {}),
      set: new Map(request.values.map(({ name, value = '' }) => [name, value])),
      run: { ...runVariables(facts), SharedVolume: facts.sharedVolume },
      now: facts.startedAt,
      strict: facts.strict,
      os: facts.platform.os,
      readAliasSource: facts.readAliasSource,
      resolveSecrets: facts.resolveSecrets,
    },
    signal,
  );
}

/**
 * The task of a rendering, when nothing is wrong with it.
 * @param masked hides secrets: findings quote what they are about
 * @throws `taskfile.invalid` about its first error
 */
export function taskOf(
  name: string,
  { task, findings }: Pick<LoadedTask, 'task' | 'findings'>,
  masked: (text: string) => string = (text) => text,
): Task {
  const errors = findings.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  if (first === undefined && task !== undefined) return task;
  throw appFailure('taskfile.invalid', {
    params: { message: first === undefined ? '' : masked(wordsOf(first)), count: errors.length },
    where: {
      file: name,
      ...(first?.range === undefined ? {} : { line: first.range.line, column: first.range.column }),
      ...(first?.step === undefined ? {} : { step: first.step }),
    },
    fixes: [{ kind: 'editInputs' }],
  });
}

/** ACR's words where it has some; else the code and what it is about: those who show it have the sentence. */
function wordsOf({ code, acr, params }: TaskFinding): string {
  if (acr !== undefined) return acr;
  const about = Object.values(params).join(', ');
  return about === '' ? code : `${code}: ${about}`;
}

/** The registry that `Run.Registry` names. @throws `registry.missing` when the text asks for one and there is none */
export function registryOf({ text }: TaskTexts, requested: string | undefined, byDefault: string): string {
  const registry = requested ?? byDefault;
  if (registry !== '' || !text.includes('Registry')) return registry;
  const { text: read } = dropCommentLines(TextMap.ofAuthor(text));
  const asked = /\$Registry(?![A-Za-z0-9])|\.Run\.Registry(?!\w)/.exec(read.text);
  if (asked !== null) {
    throw appFailure('registry.missing', {
      params: { text: asked[0] },
      fixes: [{ kind: 'setDefaultRegistry' }, { kind: 'editInputs' }],
    });
  }
  return registry;
}

/** The text of a source that needs no file. */
export function textOfSource(
  source: Exclude<TaskSource, { kind: 'file' }>,
  timeoutSeconds: number,
): Pick<TaskTexts, 'name' | 'text'> {
  switch (source.kind) {
    case 'text':
      return { name: source.name, text: source.text };
    case 'command':
      return { name: 'command', text: taskOfCommand(source.command, timeoutSeconds) };
  }
}
