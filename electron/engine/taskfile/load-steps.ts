import type { ContainerSystem } from '@shared/model/step-places.ts';
import type { Task, TaskSecret } from '@shared/model/task.ts';
import type { TaskFinding } from '@shared/model/task-finding.ts';
import type { RunVariables } from '../templating/run-variables.ts';
import { separateAliasBlock } from './alias-block.ts';
import {
  type AliasSourceText,
  defaultImageAliases,
  defineAliases,
  readAliasBlock,
  runVariableAliases,
} from './alias-definitions.ts';
import { checkSecrets } from './check-secrets.ts';
import { checkTask } from './check-task.ts';
import { checkVolumes } from './check-volumes.ts';
import { dropCommentLines } from './comment-lines.ts';
import { Findings, type StepPlace } from './findings.ts';
import { reportDroppedLines, reportMissingVersion, reportOldRunId, reportWrongCase } from './lint.ts';
import { type RenderSetting, renderText } from './render-text.ts';
import { replaceAliases } from './replace-aliases.ts';
import { limitsWithoutThread, NeedsThread, type TaskLimits, taskLimits } from './task-limits.ts';
import { type Stretch, TextMap } from './text-map.ts';
import { readValues } from './values-file.ts';
import { findVersion, hasAliases } from './version-line.ts';
import { decodeObject } from './yaml/decode.ts';
import type { Fields } from './yaml/fields.ts';
import { parseYaml } from './yaml/parse-yaml.ts';
import { reportProblems } from './yaml/report-problems.ts';
import type { YamlNode } from './yaml/yaml-tree.ts';

/** What a task is loaded from, without what can't be sent to a thread. */
export interface TaskTextInputs {
  /** How messages call the file. */
  readonly name: string;
  readonly text: string;
  readonly values?: { readonly name: string; readonly text: string } | undefined;
  /** `--set` and `--set-secret`. */
  readonly set: ReadonlyMap<string, string>;
  readonly run: RunVariables;
  /** ms since 1970, UTC. */
  readonly now: number;
  /** Names that nobody defined are errors, else warnings. */
  readonly strict: boolean;
  readonly os: ContainerSystem;
  /** Words in front of a command that stand for an image; `defaultImageAliases` on Linux, none on Windows. */
  readonly imageAliases?: ReadonlyMap<string, string> | undefined;
  /** The version of a file that names none: ACR's own command line puts `v1.1.0` into one without a context. */
  readonly defaultVersion?: string | undefined;
}

export interface LoadedTask {
  /** Absent when a finding is an error. */
  readonly task?: Task;
  /** The text after its aliases. */
  readonly preprocessed?: string;
  /** The text after its templates. */
  readonly rendered?: string;
  /** Private keys and passwords that templates made: nobody was told them before. */
  readonly madeSecrets?: readonly string[];
  /** In the order of the author's text; what has no place in it comes first. */
  readonly findings: readonly TaskFinding[];
}

/** What the loading of a task asks of the world, and what it is answered. */
export type LoadRequest =
  | { readonly kind: 'aliasSources'; readonly sources: readonly string[] }
  | { readonly kind: 'secrets'; readonly secrets: readonly TaskSecret[] };
export type LoadAnswer =
  | { readonly kind: 'aliasSources'; readonly texts: readonly AliasSourceText[] }
  /** Undefined: nobody fetches secrets, and they are empty. */
  | { readonly kind: 'secrets'; readonly values: ReadonlyMap<string, string> | undefined };

type Loading<T> = Generator<LoadRequest, T, LoadAnswer>;

/**
 * ACR's way from a text to a task (spec: templating 1, stages 2 to 12). It does its work between requests without waiting,
 * so that it can run here or in a thread.
 * @throws NeedsThread where the limits are those of `limitsWithoutThread` and aren't enough
 */
export function* loadSteps(inputs: TaskTextInputs, limits: TaskLimits): Loading<LoadedTask> {
  return yield* new Loader(inputs, limits).load();
}

class Loader {
  readonly #inputs: TaskTextInputs;
  readonly #limits: TaskLimits;
  readonly #findings = new Findings();
  readonly #author: TextMap;
  #preprocessed: string | undefined;
  #rendered: string | undefined;
  readonly #madeSecrets = new Set<string>();
  #steps: readonly StepPlace[] = [];

  constructor(inputs: TaskTextInputs, limits: TaskLimits) {
    this.#inputs = inputs;
    this.#limits = limits;
    this.#author = TextMap.ofAuthor(inputs.text);
  }

  *load(): Loading<LoadedTask> {
    const { text, values, set } = this.#inputs;
    const { textLength } = taskLimits;
    // That it is too long needs no thread to be told.
    if (text.length > textLength) {
      this.#findings.add(
        'file.tooLarge',
        this.#author,
        { start: 0, end: 0 },
        { params: { limit: mebibytes(textLength) } },
      );
      return this.#result(undefined);
    }
    for (const { length } of [text, values?.text ?? ''])
      if (length > this.#limits.textLength && length <= textLength) this.#needThread();
    if (text.startsWith('\uFEFF'))
      this.#findings.add('file.byteOrderMark', this.#author, { start: 0, end: 1 }, { suggestion: '' });
    const given = readValues(values, set, textLength, this.#author, this.#findings);
    const { text: plain, dropped } = dropCommentLines(this.#author);
    const version = findVersion(plain.text) || (this.#inputs.defaultVersion ?? '');
    const setting = given === undefined ? undefined : this.#settingOf(given);
    const task = setting === undefined ? undefined : yield* this.#fromPlain(plain, dropped, version, setting);
    return this.#result(task);
  }

  *#fromPlain(
    plain: TextMap,
    dropped: readonly Stretch[],
    version: string,
    setting: RenderSetting,
  ): Loading<Task | undefined> {
    let aliased: Aliased | undefined = { text: plain, aliases: new Map() };
    if (hasAliases(version)) aliased = yield* this.#replaceAliases(plain, setting);
    else reportMissingVersion(plain, version, this.#findings);
    if (aliased === undefined) return undefined;
    const { text, aliases } = aliased;
    this.#preprocessed = text.text;
    reportOldRunId(text, this.#findings);
    const rendered = yield* this.#render(text, setting);
    if (rendered === undefined) return undefined;
    this.#rendered = rendered.text;
    const parsed = this.#parse(rendered, this.#findings);
    reportDroppedLines(dropped, parsed.root, rendered, this.#author, this.#findings);
    if (parsed.failed) return undefined;
    if (parsed.fields?.keys.has('alias') === true && !hasAliases(version))
      this.#findings.add('alias.needsVersion', rendered, parsed.fields.keys.get('alias'), {
        params: { name: 'alias', version: version === '' ? 'v1.0.0' : version },
      });
    this.#steps = placesOf(parsed.fields, rendered);
    const { run, os, defaultVersion } = this.#inputs;
    return checkTask(parsed.fields, defaultVersion, { map: rendered, findings: this.#findings, run, os, aliases });
  }

  #settingOf(values: RenderSetting['values']): RenderSetting {
    const { name, now, run, strict } = this.#inputs;
    const tellSecrets = (made: readonly string[]) => made.forEach((secret) => this.#madeSecrets.add(secret));
    return { name, now, run, values, limits: this.#limits, strict, tellSecrets };
  }

  /** Stages 5 to 8. */
  *#replaceAliases(plain: TextMap, setting: RenderSetting): Loading<Aliased | undefined> {
    const { alias, rest } = separateAliasBlock(plain);
    const rendered = renderText(alias, { ...setting, name: 'aliasData' }, new Map(), this.#findings);
    if (rendered === undefined) return undefined;
    const block = readAliasBlock(rendered, this.#limits.aliasSources, this.#findings);
    if (block === undefined) return undefined;
    let texts: readonly AliasSourceText[] = [];
    if (block.sources.length > 0) {
      const answer = yield { kind: 'aliasSources', sources: block.sources.map(({ value }) => value) };
      if (answer.kind === 'aliasSources') texts = answer.texts.map((read) => this.#withinLength(read));
    }
    const aliases = defineAliases(block, texts, this.#builtInAliases(), rendered, this.#findings);
    if (aliases === undefined) return undefined;
    const replaced = replaceAliases(rest, aliases, block.directive, this.#limits.renderedLength);
    if (replaced === undefined) {
      this.#needThread();
      this.#tooLong(rest);
      return undefined;
    }
    const { text, unknown } = replaced;
    reportWrongCase({ text: rest, aliases, unknown, directive: block.directive }, this.#findings);
    return { text, aliases };
  }

  #withinLength(read: AliasSourceText): AliasSourceText {
    const { textLength } = this.#limits;
    if ('error' in read || read.text.length <= textLength) return read;
    this.#needThread();
    return { error: `longer than ${mebibytes(textLength)} MiB` };
  }

  #builtInAliases(): ReadonlyMap<string, string> {
    const { os, imageAliases = os === 'linux' ? defaultImageAliases : new Map<string, string>() } = this.#inputs;
    return new Map([...imageAliases, ...runVariableAliases.map((name) => [name, `{{.Run.${name}}}`] as const)]);
  }

  /** Stages 9 and 10: twice when there are secrets, first without their values to find out which they are. */
  *#render(text: TextMap, setting: RenderSetting): Loading<TextMap | undefined> {
    if (!text.text.includes('secrets')) return this.#renderOnce(text, setting, new Map(), false);
    const first = this.#renderOnce(text, setting, new Map(), true);
    if (first === undefined) return undefined;
    // What is wrong is told of the text that counts, below.
    const unheard = new Findings();
    const { fields } = this.#parse(first, unheard);
    const secrets = fields === undefined ? [] : this.#checkSecrets(fields, first, unheard);
    const declared = new Map(secrets.map(({ id }) => [id, '']));
    if (secrets.length === 0 || unheard.hasErrors) return this.#renderOnce(text, setting, declared, false);
    const answer = yield { kind: 'secrets', secrets };
    const values = answer.kind === 'secrets' ? answer.values : undefined;
    return this.#renderOnce(text, setting, new Map([...declared, ...(values ?? [])]), false);
  }

  #renderOnce(
    text: TextMap,
    setting: RenderSetting,
    secrets: ReadonlyMap<string, string>,
    quiet: boolean,
  ): TextMap | undefined {
    const rendered = renderText(text, setting, secrets, this.#findings, quiet);
    if (rendered === undefined || rendered.text.length <= this.#limits.renderedLength) return rendered;
    this.#needThread();
    this.#tooLong(text);
    return undefined;
  }

  /** Stage 11. */
  #parse(
    rendered: TextMap,
    findings: Findings,
  ): { readonly root: YamlNode | undefined; readonly fields: Fields | undefined; readonly failed: boolean } {
    const { root, problems, secondDocument } = parseYaml(rendered.text);
    const failed = reportProblems(problems, rendered, findings);
    if (secondDocument !== undefined && !failed)
      findings.add('yaml.secondDocument', rendered, { start: secondDocument, end: secondDocument + 3 });
    if (failed) return { root, fields: undefined, failed };
    const fields = decodeObject(root, 'task', rendered.text, (code, stretch, details) =>
      findings.add(code, rendered, stretch, details),
    );
    return { root, fields, failed };
  }

  /** All that ACR looks at before it fetches secrets. */
  #checkSecrets(fields: Fields, map: TextMap, findings: Findings): readonly TaskSecret[] {
    const { run, os } = this.#inputs;
    const checking = { map, findings, run, os, aliases: new Map<string, string>() };
    checkVolumes(fields, checking);
    return checkSecrets(fields, checking);
  }

  #tooLong(text: TextMap): void {
    const limit = mebibytes(this.#limits.renderedLength);
    this.#findings.add('file.renderedTooLarge', text, { start: 0, end: 0 }, { params: { limit } });
  }

  #needThread(): void {
    if (this.#limits === limitsWithoutThread) throw new NeedsThread();
  }

  #result(task: Task | undefined): LoadedTask {
    return {
      ...(task === undefined || this.#findings.hasErrors ? {} : { task }),
      ...(this.#preprocessed === undefined ? {} : { preprocessed: this.#preprocessed }),
      ...(this.#rendered === undefined ? {} : { rendered: this.#rendered }),
      ...(this.#madeSecrets.size === 0 ? {} : { madeSecrets: [...this.#madeSecrets] }),
      findings: this.#findings.finish(this.#steps),
    };
  }
}

/** A text after its aliases. */
interface Aliased {
  readonly text: TextMap;
  readonly aliases: ReadonlyMap<string, string>;
}

/** Where the steps are in the author's text, by the ids that they get. */
function placesOf(task: Fields | undefined, map: TextMap): readonly StepPlace[] {
  return (task?.objects('steps')?.value ?? []).flatMap((step, index) => {
    const range = map.rangeOf(step.at);
    return range === undefined ? [] : [{ id: step.text('id')?.value || `acb_step_${index}`, range }];
  });
}

function mebibytes(length: number): number {
  return Math.round(length / 1024 / 1024);
}
