import type { EngineWish } from '@shared/model/engine-choice.ts';
import { distinctPlatforms, formatPlatform, knownPlatform, parsePlatform } from '@shared/model/platform.ts';
import type { Platform } from '@shared/model/platform.ts';
import type { QuickRunInput, QuickRunRequest, TaskPermission, TaskSource, TaskValue } from '@shared/model/quick-run.ts';
import { folderName } from '../../app/active-runs.ts';

/** What the screen was opened for. */
export type TaskOrigin =
  | { readonly kind: 'file'; readonly path: string }
  /** A text without a file: that of an earlier run. */
  | { readonly kind: 'text'; readonly name: string; readonly text: string }
  /** One command: what is typed for it, flags of `docker run` may stand in front of the image. */
  | { readonly kind: 'command'; readonly image: string; readonly args: string };

/** `--set` as typed. */
export interface ValueRow {
  readonly name: string;
  readonly value: string;
  readonly secret: boolean;
}

export interface BreakpointSet {
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly onFailure: boolean;
}

/** The Task form as it stands: everything is text until {@link requestFromForm} makes a request of it. */
export interface TaskForm {
  readonly origin: TaskOrigin;
  /** The text that runs instead of the origin's, once it was edited; the file on disk stays as it is. */
  readonly edited: string | undefined;
  /** Empty: no folder, the workspace is empty. */
  readonly context: string;
  readonly valuesFile: string;
  readonly values: readonly ValueRow[];
  /** Empty: the engine's own. */
  readonly platform: string;
  /** Its name; empty: the default one, or another that has the platform. */
  readonly engine: string;
  /** Empty: the default of the settings. */
  readonly registry: string;
  readonly timeoutMinutes: string;
  /** What this run may do beyond its own containers. */
  readonly allow: readonly TaskPermission[];
  readonly breakpoints: BreakpointSet;
}

/** ACR's run time, in minutes: what it is when nothing is said, and the longest (spec: runs-and-logs). */
export const usualMinutes = 60;
export const longestMinutes = 480;

export const noBreakpoints: BreakpointSet = { before: [], after: [], onFailure: false };

/** A form with nothing typed in. */
export function emptyForm(origin: TaskOrigin, context: string): TaskForm {
  return {
    origin,
    edited: undefined,
    context,
    valuesFile: '',
    values: [],
    platform: '',
    engine: '',
    registry: '',
    timeoutMinutes: '',
    allow: [],
    breakpoints: noBreakpoints,
  };
}

/** The form for a file: with the inputs of its last run, except for what that run was allowed. */
export function formForFile(path: string, context: string, last: QuickRunRequest | null): TaskForm {
  const fresh = emptyForm({ kind: 'file', path }, context);
  if (last === null) return fresh;
  return { ...formFromRequest(last), origin: fresh.origin, context: last.context ?? '', allow: [] };
}

/** A request, such as that of an earlier run, as a form. Secret values are not in it and have to be typed again. */
export function formFromRequest(request: QuickRunRequest): TaskForm {
  return {
    origin: originOf(request.source),
    edited: undefined,
    context: request.context ?? '',
    valuesFile: request.valuesFile ?? '',
    values: request.values.map(({ name, value = '', secret }) => ({ name, value, secret })),
    platform: request.platform === undefined ? '' : formatPlatform(request.platform),
    engine: request.engine ?? '',
    registry: request.registry ?? '',
    timeoutMinutes: request.timeoutSeconds === usualMinutes * 60 ? '' : String(request.timeoutSeconds / 60),
    allow: request.allow,
    breakpoints: request.breakpoints,
  };
}

function originOf(source: TaskSource): TaskOrigin {
  switch (source.kind) {
    case 'file':
      return { kind: 'file', path: source.path };
    case 'text':
      return { kind: 'text', name: source.name, text: source.text };
    case 'command':
      return { kind: 'command', ...splitCommand(source.command) };
  }
}

/**
 * The image and the arguments of a command. One that begins with flags is left whole: which of them take a value is the
 * engine's to know.
 */
export function splitCommand(command: string): { readonly image: string; readonly args: string } {
  const [, image = '', args = ''] = /^\s*(\S*)(?:\s+([^]*))?$/.exec(command) ?? [];
  return image.startsWith('-') ? { image: command.trim(), args: '' } : { image, args };
}

/** What a message calls the task. */
export function taskName(origin: TaskOrigin): string {
  switch (origin.kind) {
    case 'file':
      return folderName(origin.path);
    case 'text':
      return origin.name;
    case 'command':
      return 'task.yaml';
  }
}

/** The text that an editor begins with; undefined where it has to be read first. */
export function textOf(form: TaskForm): string | undefined {
  return form.edited ?? (form.origin.kind === 'text' ? form.origin.text : undefined);
}

/** Something in the form that can't be run. `index` names the row. */
export type FormProblem =
  | { readonly field: 'command'; readonly reason: 'empty' }
  | { readonly field: 'value'; readonly index: number; readonly reason: 'name' }
  | { readonly field: 'platform'; readonly reason: 'unknown'; readonly text: string }
  | { readonly field: 'timeout'; readonly reason: 'range' };

/** Everything that is wrong, in the form's order. */
export function formProblems(form: TaskForm): readonly FormProblem[] {
  const problems: FormProblem[] = [];
  if (form.edited === undefined && form.origin.kind === 'command' && form.origin.image.trim() === '')
    problems.push({ field: 'command', reason: 'empty' });
  form.values.forEach(({ name, value }, index) => {
    if (name.trim() === '' ? value !== '' : /[\s=]/.test(name.trim()))
      problems.push({ field: 'value', index, reason: 'name' });
  });
  const platform = form.platform.trim();
  if (platform !== '' && knownPlatform(platform) === undefined)
    problems.push({ field: 'platform', reason: 'unknown', text: platform });
  if (timeoutSeconds(form.timeoutMinutes) === undefined) problems.push({ field: 'timeout', reason: 'range' });
  return problems;
}

/** Seconds; undefined when it is no number of minutes between a second and eight hours. */
function timeoutSeconds(minutes: string): number | undefined {
  if (minutes.trim() === '') return usualMinutes * 60;
  const seconds = Math.round(Number(minutes) * 60);
  return seconds >= 1 && seconds <= longestMinutes * 60 ? seconds : undefined;
}

interface RequestOptions {
  /** For a re-run: a secret without a value is the one that was sealed with the earlier run. */
  readonly keepsSecrets: boolean;
}

/**
 * The request that the form stands for. Rows without a name are left out; a value may be empty (`--set name`).
 * @throws AppFailure `platform.invalid`; ask {@link formProblems} first
 */
export function requestFromForm(form: TaskForm, { keepsSecrets }: RequestOptions): QuickRunInput {
  const { origin, edited, context, valuesFile, platform, engine, registry } = form;
  const typed = (text: string) => text.trim() !== '';
  return {
    ...(typed(context) ? { context: context.trim() } : {}),
    source: edited === undefined ? sourceOf(origin) : { kind: 'text', name: taskName(origin), text: edited },
    ...(typed(valuesFile) ? { valuesFile: valuesFile.trim() } : {}),
    values: form.values.flatMap(({ name, value, secret }): TaskValue[] => {
      if (!typed(name)) return [];
      if (secret && value === '' && keepsSecrets) return [{ name: name.trim(), secret }];
      return [{ name: name.trim(), value, secret }];
    }),
    ...(typed(platform) ? { platform: parsePlatform(platform) } : {}),
    ...(typed(engine) ? { engine } : {}),
    ...(typed(registry) ? { registry: registry.trim() } : {}),
    timeoutSeconds: timeoutSeconds(form.timeoutMinutes) ?? usualMinutes * 60,
    allow: [...form.allow],
    breakpoints: {
      before: [...form.breakpoints.before],
      after: [...form.breakpoints.after],
      onFailure: form.breakpoints.onFailure,
    },
  };
}

function sourceOf(origin: TaskOrigin): TaskSource {
  switch (origin.kind) {
    case 'file':
    case 'text':
      return origin;
    case 'command':
      return {
        kind: 'command',
        command: [origin.image.trim(), origin.args.trim()].filter((part) => part !== '').join(' '),
      };
  }
}

/** What stands for a secret value in a preview. YAML takes it as it is. */
export const hiddenValue = '•••';

/**
 * What a preview is asked for: the request without what changes nothing of what the task would do, so that the answer's
 * `allowed` says what was allowed before, and a switch asks nothing again. Secret values stay in the form: a preview is shown.
 */
export function previewRequest(request: QuickRunInput): QuickRunInput {
  const { allow: _, breakpoints: __, values = [], ...rest } = request;
  return {
    ...rest,
    values: values.map((each) => (each.secret === true && each.value !== '' ? { ...each, value: hiddenValue } : each)),
  };
}

/** What the form and the steps ask of an engine so far; what is no platform yet asks for nothing. */
export function engineWish(
  { engine, platform }: Pick<TaskForm, 'engine' | 'platform'>,
  stepPlatforms: readonly Platform[],
): EngineWish {
  const own = knownPlatform(platform);
  return {
    ...(engine !== '' ? { engine } : {}),
    platforms: distinctPlatforms([...(own === undefined ? [] : [own]), ...stepPlatforms]),
    containers: true,
  };
}

/** Sets a breakpoint of a step, or takes it away. */
export function toggleBreakpoint(breakpoints: BreakpointSet, at: 'before' | 'after', step: string): BreakpointSet {
  const now = breakpoints[at];
  return { ...breakpoints, [at]: now.includes(step) ? now.filter((other) => other !== step) : [...now, step] };
}

/** Ids that have a breakpoint though the task has no such step (any more). */
export function strayBreakpoints(breakpoints: BreakpointSet, steps: readonly string[]): readonly string[] {
  return [...new Set([...breakpoints.before, ...breakpoints.after])].filter((id) => !steps.includes(id));
}
