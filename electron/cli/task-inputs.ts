import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { appFailure } from '@shared/model/app-error.ts';
import { runVariables } from '../engine/templating/run-variables.ts';
import type { TaskInputs } from '../engine/taskfile/load-task.ts';
import { nameAndValue } from './name-and-value.ts';
import { readStandardInput } from './prompt.ts';

/** What `render` and `validate` are told on the command line. */
export interface TaskFlags {
  readonly file: string;
  readonly values?: string;
  readonly set: readonly string[];
  readonly id?: string;
  readonly commit?: string;
  readonly repository?: string;
  readonly branch?: string;
  readonly gitTag?: string;
  readonly triggeredBy?: string;
  readonly registry?: string;
  readonly osVersion?: string;
  readonly taskName?: string;
  readonly sharedVolume?: string;
  readonly date?: string;
  readonly strict?: boolean;
}

/** Reads the files that are named. @throws `taskfile.notFound`, `request.invalid` */
export async function taskInputs(
  flags: TaskFlags,
  readAliasSource: (folder: string) => TaskInputs['readAliasSource'],
): Promise<TaskInputs> {
  const fromInput = flags.file === '-';
  const text = fromInput ? await readStandardInput() : await read(flags.file);
  const startedAt = flags.date === undefined ? Date.now() : Date.parse(flags.date);
  if (Number.isNaN(startedAt))
    throw appFailure('request.invalid', { params: { reason: `--date ${flags.date}: a moment as ISO 8601 writes it` } });
  const run = runVariables({
    runId: flags.id ?? 'ca1',
    registry: flags.registry ?? '',
    startedAt,
    platform: { os: 'linux', architecture: 'amd64' },
  });
  return {
    name: fromInput ? 'stdin' : path.basename(flags.file),
    text,
    values:
      flags.values === undefined ? undefined : { name: path.basename(flags.values), text: await read(flags.values) },
    set: new Map(flags.set.map((each) => nameAndValue(each, {})).map(({ name, value }) => [name, value])),
    run: {
      ...run,
      Commit: flags.commit ?? '',
      Repository: flags.repository ?? '',
      Branch: flags.branch ?? '',
      GitTag: flags.gitTag ?? '',
      TriggeredBy: flags.triggeredBy ?? '',
      OSVersion: flags.osVersion ?? '',
      TaskName: flags.taskName ?? '',
      SharedVolume: flags.sharedVolume ?? '',
    },
    now: startedAt,
    strict: flags.strict ?? false,
    os: 'linux',
    readAliasSource: readAliasSource(fromInput ? process.cwd() : path.dirname(path.resolve(flags.file))),
  };
}

async function read(file: string): Promise<string> {
  const place = path.resolve(file);
  try {
    return await readFile(place, 'utf8');
  } catch (error) {
    throw appFailure('taskfile.notFound', { params: { path: place }, cause: String(error) }, error);
  }
}
