import type { TaskFinding, TextRange } from '@shared/model/task-finding.ts';
import type { CommandFinding } from '../command-line/command-finding.ts';
import { lastAtOrBelow, type Stretch, type TextMap } from './text-map.ts';

/**
 * What can be said of a task file, beside what is said of its commands (command-finding.ts). Each code has its words under
 * `finding` in the i18n area `task`; the parameters are told here.
 */
export const taskFindings = {
  /** `limit`: MiB. */
  'file.tooLarge': 'error',
  /** `limit`: MiB. What aliases and templates made of the text. */
  'file.renderedTooLarge': 'error',
  /** Reading it takes longer than any honest file does. */
  'file.tooMuchWork': 'error',
  /** `count`. More of the same that isn't listed. */
  'file.more': 'info',
  /** `text`. A line that begins with `#` inside a text. */
  'file.commentInText': 'warning',
  'file.byteOrderMark': 'warning',

  /** `message`: the parser's words, in all of these. */
  'yaml.syntax': 'error',
  'yaml.tab': 'error',
  'yaml.indent': 'error',
  'yaml.missing': 'error',
  'yaml.nested': 'error',
  'yaml.scalarStart': 'error',
  'yaml.escape': 'error',
  /** `limit`. */
  'yaml.tooDeep': 'error',
  'yaml.manyAliases': 'error',
  /** `name`. */
  'yaml.unknownAnchor': 'error',
  /** `name`. */
  'yaml.recursiveAnchor': 'error',
  'yaml.merge': 'error',
  /** `text`, `tag`. */
  'yaml.tag': 'error',
  'yaml.wantsText': 'error',
  'yaml.wantsInteger': 'error',
  'yaml.wantsBoolean': 'error',
  'yaml.wantsList': 'error',
  'yaml.wantsMap': 'error',
  'yaml.emptyEntry': 'error',
  /** `key`, `line` of the one above. */
  'yaml.duplicateKey': 'warning',
  'yaml.secondDocument': 'warning',

  /** `key`. */
  'task.unknownKey': 'warning',
  /** `key`, `meant`. */
  'task.unknownKeyMeant': 'warning',
  /** `key`. It belongs to a step, or to the task. */
  'task.keyOfStep': 'warning',
  'task.keyOfTask': 'warning',
  /** `key`, `name`. */
  'task.otherSpelling': 'info',
  'task.totalTimeout': 'warning',
  'task.memory': 'warning',
  /** `key`, `kind`. */
  'task.keyWithoutEffect': 'warning',
  /** `key`. */
  'task.neverUsed': 'warning',
  'task.registryCache': 'warning',
  /** `version`. */
  'task.version': 'error',

  /** `file`, `line`, `column`, `message`. */
  'values.syntax': 'error',
  /** `file`. */
  'values.notMap': 'error',
  /** `file`, `limit`. */
  'values.tooLarge': 'error',

  /** `name`. */
  'alias.keyName': 'error',
  'alias.directiveLength': 'error',
  'alias.directiveLetter': 'error',
  /** `source`, `message`. */
  'alias.source': 'error',
  /** `limit`. */
  'alias.manySources': 'error',
  /** `name`, `meant`. */
  'alias.wrongCase': 'warning',
  /** `name`, `version`. */
  'alias.needsVersion': 'warning',

  /** `message`: Go's words. */
  'template.syntax': 'error',
  /** `message`. */
  'template.unknownFunction': 'error',
  /** `message`. */
  'template.execution': 'error',
  /** `message`. */
  'template.limit': 'error',
  'template.empty': 'error',
  /** `name`. An error when the caller is strict. */
  'template.undefinedName': 'warning',
  /** `function`. */
  'template.hostRead': 'warning',
  'template.oldRunId': 'warning',

  'secret.noId': 'error',
  /** `id`, in all of these. */
  'secret.idSpace': 'error',
  'secret.noSource': 'error',
  'secret.clientId': 'error',
  'secret.duplicate': 'error',
  'secret.address': 'error',

  'volume.noName': 'error',
  /** `name`, in all of these. */
  'volume.badName': 'error',
  'volume.notSecret': 'error',
  'volume.empty': 'error',
  'volume.noFileName': 'error',
  /** `file`, in both. */
  'volume.fileName': 'error',
  'volume.base64': 'error',
  'volume.duplicate': 'error',
  /** `name`. */
  'mount.unknownVolume': 'error',
  'mount.incomplete': 'error',
  /** `path`. */
  'mount.duplicatePath': 'error',
  'mount.onPush': 'error',

  'network.noName': 'error',
  /** `name`, in all of these. */
  'network.duplicate': 'error',
  'network.unknown': 'warning',
  'network.severalDefaults': 'warning',
  'network.noDefault': 'warning',

  /** `text`, in all of these. */
  'env.step': 'error',
  'env.task': 'error',
  'env.withoutValue': 'warning',

  'step.retries': 'error',
  'step.repeat': 'error',
  'step.severalKinds': 'error',
  'step.noKind': 'error',
  /** `id`, in all of these. */
  'step.idSpace': 'error',
  'step.reservedId': 'error',
  /** `line` of the one above. */
  'step.duplicateId': 'error',
  'step.whenDash': 'error',
  'step.selfReference': 'error',
  'step.unknownWhen': 'error',
  /** `meant`. */
  'step.unknownWhenMeant': 'error',
  /** `line` of the step that is named. */
  'step.laterWhen': 'error',
  'step.emptyWhen': 'error',
  'step.repeatedWhen': 'warning',
  /** `value`. */
  'step.cache': 'error',
  /** `text`. */
  'step.image': 'error',
} as const satisfies Readonly<Record<string, TaskFinding['severity']>>;

export type TaskFindingCode = keyof typeof taskFindings;

/** A step in the author's text. */
export interface StepPlace {
  readonly id: string;
  readonly range: TextRange;
}

/** What a finding may have beside its code. */
export interface FindingDetails {
  readonly params?: TaskFinding['params'];
  /** ACR's own words. */
  readonly acr?: string;
  readonly severity?: TaskFinding['severity'];
  readonly step?: string;
  readonly suggestion?: string;
  /** Another place that it is about: its line becomes the parameter `line`. */
  readonly lineOf?: Stretch;
}

const nowhere: TextRange = { line: 0, column: 0, endLine: 0, endColumn: 0 };

/** Of one code only so many: more of a kind say nothing new. */
const findingsOfACode = 100;

/** Gathers what is found in one task file. */
export class Findings {
  readonly #found: TaskFinding[] = [];
  readonly #known = new Set<string>();
  readonly #counts = new Map<string, number>();
  #left = 0;
  #errors = false;

  get hasErrors(): boolean {
    return this.#errors;
  }

  /** @param stretch of `map`'s text; absent where the file says nothing of it */
  add(code: TaskFindingCode, map: TextMap, stretch: Stretch | undefined, details: FindingDetails = {}): void {
    const { severity = taskFindings[code], lineOf } = details;
    if (this.#isFull(code, severity)) return;
    const line = lineOf === undefined ? undefined : map.rangeOf(lineOf)?.line;
    const params = { ...details.params, ...(line === undefined ? {} : { line }) };
    this.#put({ code, severity, ...rest({ ...details, params }), ...place(map, stretch) });
  }

  addOfCommand(finding: CommandFinding, map: TextMap, stretch: Stretch | undefined, details: FindingDetails): void {
    const { code, severity, params } = finding;
    if (this.#isFull(code, severity)) return;
    this.#put({ code, severity, ...rest({ params, ...details }), ...place(map, stretch) });
  }

  /**
   * In the order of the text; what has no place in it comes first.
   * @param steps where they are in the author's text, so that what stands in one is told to be about it
   */
  finish(steps: readonly StepPlace[]): readonly TaskFinding[] {
    const places = [...steps].sort((one, other) => before(one.range, other.range));
    const sorted = this.#found
      .map((finding, index) => ({ finding: withStep(finding, places), index }))
      .sort(
        (one, other) => before(one.finding.range ?? nowhere, other.finding.range ?? nowhere) || one.index - other.index,
      )
      .map(({ finding }) => finding);
    if (this.#left > 0) sorted.push({ code: 'file.more', severity: 'info', params: { count: this.#left } });
    return sorted;
  }

  /** There are enough of a kind; one more is only counted. */
  #isFull(code: string, severity: TaskFinding['severity']): boolean {
    this.#errors ||= severity === 'error';
    const full = (this.#counts.get(code) ?? 0) >= findingsOfACode;
    if (full) this.#left += 1;
    return full;
  }

  #put(finding: TaskFinding): void {
    // What is anchored and used in several places is looked at as often.
    const key = JSON.stringify(finding);
    if (this.#known.has(key)) return;
    this.#counts.set(finding.code, (this.#counts.get(finding.code) ?? 0) + 1);
    this.#known.add(key);
    this.#found.push(finding);
  }
}

function rest({ params = {}, acr, step, suggestion }: FindingDetails) {
  return {
    params,
    ...(acr === undefined ? {} : { acr }),
    ...(step === undefined ? {} : { step }),
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}

function place(map: TextMap, stretch: Stretch | undefined): Pick<TaskFinding, 'range'> {
  const range = stretch === undefined ? undefined : map.rangeOf(stretch);
  return range === undefined ? {} : { range };
}

/** @param steps by where they begin */
function withStep(finding: TaskFinding, steps: readonly StepPlace[]): TaskFinding {
  const { range } = finding;
  if (finding.step !== undefined || range === undefined) return finding;
  const step = steps[lastAtOrBelow(steps, 0, (each) => before(each.range, range))];
  const within =
    step !== undefined &&
    (range.line < step.range.endLine || (range.line === step.range.endLine && range.column < step.range.endColumn));
  return within ? { ...finding, step: step.id } : finding;
}

/** Negative when the first one begins before the other. */
function before(one: TextRange, other: TextRange): number {
  return one.line - other.line || one.column - other.column;
}
