import type { TaskFinding } from '@shared/model/task-finding.ts';
import { type LoadedTask, loadTask, type TaskInputs } from './load-task.ts';

/** The run that the examples of the specification are about (spec: templating, beginning). */
export const referenceRun: TaskInputs['run'] = {
  ID: 'ca1',
  SharedVolume: 'acb_vol_x',
  Registry: 'myreg.azurecr.io',
  RegistryName: 'myreg',
  Date: '20240309-080706z',
  OS: 'linux',
  Architecture: 'amd64',
  Commit: '0a1b2c3',
  Branch: 'main',
  Repository: '',
  GitTag: '',
  TriggeredBy: '',
  OSVersion: '',
  TaskName: 'mytask',
};

/** Loads a text as that run does. Alias sources are by name; a name that isn't there can't be read. */
export function loadText(
  text: string,
  {
    sources = {},
    signal = new AbortController().signal,
    ...inputs
  }: Partial<TaskInputs> & { readonly sources?: Readonly<Record<string, string>>; readonly signal?: AbortSignal } = {},
): Promise<LoadedTask> {
  return loadTask(
    {
      name: 'task.yaml',
      text,
      set: new Map(),
      run: referenceRun,
      now: Date.UTC(2024, 2, 9, 8, 7, 6),
      strict: false,
      os: 'linux',
      readAliasSource: async (source) => {
        const found = sources[source];
        if (found === undefined) throw new Error(`no file ${source}`);
        return found;
      },
      ...inputs,
    },
    signal,
  );
}

/** `3:5 error step.noKind`, a line a finding. */
export function told(findings: readonly TaskFinding[]): string[] {
  return findings.map(({ code, severity, range }) =>
    [range === undefined ? '-' : `${range.line}:${range.column}`, severity, code].join(' '),
  );
}

/** The part of an author's text that a finding marks. */
export function marked(text: string, { range }: TaskFinding): string {
  if (range === undefined) return '';
  const lines = text.split('\n').slice(range.line - 1, range.endLine);
  const last = lines.length - 1;
  return lines
    .map((line, at) => line.slice(at === 0 ? range.column - 1 : 0, at === last ? range.endColumn - 1 : undefined))
    .join('\n');
}
