import type { RunVariables } from '../templating/run-variables.ts';
import { renderTemplate, TemplateError, type TemplateMap } from '../templating/template.ts';
import type { Findings, TaskFindingCode } from './findings.ts';
import { limitsWithoutThread, NeedsThread, type TaskLimits } from './task-limits.ts';
import type { Piece, Stretch, TextMap } from './text-map.ts';

/** What a template may ask of its run. */
export interface RenderSetting {
  /** Names the text in Go's error words. */
  readonly name: string;
  readonly now: number;
  readonly run: RunVariables;
  readonly values: TemplateMap;
  readonly limits: TaskLimits;
  /** Names that nobody defined are errors. */
  readonly strict: boolean;
  /** Is told the keys and passwords that the template made. */
  readonly tellSecrets: (made: readonly string[]) => void;
}

/**
 * Renders a text as Go's template with everything that ACR offers (spec: templating 2, 4).
 * @param secrets values by id; ids that are in `declared` and not here are empty, and no mistake
 * @param quiet says nothing of names and functions, since the text is rendered once more
 * @returns undefined when there is an error among the findings
 * @throws NeedsThread
 */
export function renderText(
  map: TextMap,
  setting: RenderSetting,
  secrets: ReadonlyMap<string, string>,
  findings: Findings,
  quiet = false,
): TextMap | undefined {
  const { text } = map;
  // An empty text is rendered to an empty one, and only what becomes empty is an error.
  if (text === '' || !text.includes('{{')) return withoutNoValue(map);
  const { name, now, limits, strict, tellSecrets } = setting;
  try {
    const rendered = renderTemplate(text, templateData(text, setting, secrets), { name, now, limits: limits.template });
    tellSecrets(rendered.secrets);
    if (!quiet) {
      for (const { name: missing, offset } of rendered.undefinedNames)
        findings.add('template.undefinedName', map, nameAt(text, offset, missing), {
          params: { name: missing },
          ...(strict ? { severity: 'error' } : {}),
        });
      for (const { function: used, offset } of rendered.hostReads)
        findings.add('template.hostRead', map, nameAt(text, offset, used), { params: { function: used } });
    }
    if (rendered.text === '') {
      findings.add('template.empty', map, { start: 0, end: text.length }, { acr: 'rendered template was empty' });
      return undefined;
    }
    const pieces = rendered.origins.map(({ start, source, verbatim }): Piece => {
      if (verbatim) return { start, source, length: 0, verbatim };
      const action = actionAt(text, source);
      return { start, source: action.start, length: action.end - action.start, verbatim };
    });
    return map.derive(rendered.text, pieces);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    if (error.kind === 'limit' && limits === limitsWithoutThread) throw new NeedsThread();
    findings.add(codeOf(error), map, tokenAt(text, error.offset), {
      params: { message: error.message },
      acr: error.message,
    });
    return undefined;
  }
}

/** The data of templates: `Run`, `Build`, `Values`, `Secrets` and the two JSON texts. */
function templateData(
  text: string,
  { run, values, now, limits }: RenderSetting,
  secrets: ReadonlyMap<string, string>,
): TemplateMap {
  const runMap: TemplateMap = new Map(Object.entries(run));
  const json = (value: TemplateMap) =>
    text.includes('JSON')
      ? shellQuoted(renderTemplate('{{toJson .}}', value, { name: 'json', now, limits: limits.template }).text)
      : '';
  return new Map<string, TemplateMap | string>([
    ['Build', new Map([['ID', run.ID]])],
    ['Run', runMap],
    ['Values', values],
    ['Secrets', secrets],
    ['RunJSON', json(runMap)],
    ['ValuesJSON', json(values)],
  ]);
}

/** As ACR quotes for a shell (spec: templating 8, TestShellQuote). */
function shellQuoted(text: string): string {
  if (text === '') return "''";
  return /[^\w^@=+%,:./-]/.test(text) ? `'${text.replaceAll("'", `'"'"'`)}'` : text;
}

/** ACR takes the words `<no value>` out of every text, also out of one without templates. */
function withoutNoValue(map: TextMap): TextMap {
  const words = '<no value>';
  const { text } = map;
  if (!text.includes(words)) return map;
  const pieces: Piece[] = [];
  const parts: string[] = [];
  let length = 0;
  for (let from = 0; from <= text.length;) {
    const found = text.indexOf(words, from);
    const to = found < 0 ? text.length : found;
    pieces.push({ start: length, source: from, length: 0, verbatim: true });
    parts.push(text.slice(from, to));
    length += to - from;
    from = to + words.length;
  }
  return map.derive(parts.join(''), pieces);
}

function codeOf({ kind }: TemplateError): TaskFindingCode {
  switch (kind) {
    case 'syntax':
      return 'template.syntax';
    case 'unknownFunction':
      return 'template.unknownFunction';
    case 'execution':
      return 'template.execution';
    case 'limit':
      return 'template.limit';
  }
}

/** The action that a place belongs to. */
function actionAt(text: string, offset: number): Stretch {
  const opened = text.startsWith('{{', offset) ? offset : text.lastIndexOf('{{', offset);
  const start = opened < 0 ? offset : opened;
  const closed = text.indexOf('}}', Math.max(offset, start + 2));
  return { start, end: closed < 0 ? offset + 1 : closed + 2 };
}

/** The name that stands there: the whole of it where it does, else what begins there. */
function nameAt(text: string, offset: number, name: string): Stretch {
  return text.startsWith(name, offset) ? { start: offset, end: offset + name.length } : tokenAt(text, offset);
}

const token = /[\w.$]+|\S/y;

function tokenAt(text: string, offset: number): Stretch {
  token.lastIndex = offset;
  const length = token.exec(text)?.[0].length ?? 0;
  return { start: offset, end: offset + length };
}
