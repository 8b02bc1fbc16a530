import { wellFormed } from './byte-text.ts';
import { evaluate } from './evaluate.ts';
import { defaultLimits, type TemplateLimits } from './limits.ts';
import type { Origin } from './output.ts';
import { parseTemplate } from './parser.ts';
import { makesKeys, templateFunctions } from './sprig.ts';
import { TemplateError } from './template-error.ts';
import { Dict, List, type Value } from './values.ts';

export { defaultLimits, TemplateError, type TemplateLimits };

/** A value as templates see it: Go's int is a bigint, Go's float64 a number; maps keep no order (Go ranges over sorted keys). */
export type TemplateValue = null | boolean | string | bigint | number | readonly TemplateValue[] | TemplateMap;
export type TemplateMap = ReadonlyMap<string, TemplateValue>;

export interface TemplateOptions {
  /** Names the template in Go's error texts: `template: <name>:<line>: …`. */
  readonly name: string;
  /** For functions about dates: milliseconds since 1970, UTC. */
  readonly now: number;
  /** `defaultLimits` unless told. */
  readonly limits?: TemplateLimits;
}

export interface RenderedTemplate {
  /** What Go prints, without the text `<no value>` (spec: templating 4). Empty output is no error here: the caller decides. */
  readonly text: string;
  /** Where the text came from, in order, without gaps. Offsets are UTF-16 units. */
  readonly origins: readonly Origin[];
  /** Fields that nobody defined and that gave no value, where the template says nothing of that: each place once. See absence.ts. */
  readonly undefinedNames: readonly { readonly name: string; readonly offset: number }[];
  /** Uses of `env`, `expandenv`, `getHostByName`, each place once: they give an empty text. */
  readonly hostReads: readonly { readonly function: string; readonly offset: number }[];
  /** Private keys and passwords that came of sprig's functions, whether the text shows them or not. */
  readonly secrets: readonly string[];
}

/**
 * Renders a template of Go's text/template (1.19) with sprig 2.22's text functions, as ACR does: `missingkey=zero`. The data is left
 * as it is; what a template sets, it sets in a copy. Bounded in time and memory by the limits.
 *
 * @throws TemplateError
 */
export function renderTemplate(text: string, data: TemplateMap, options: TemplateOptions): RenderedTemplate {
  const limits = options.limits ?? defaultLimits;
  let longWork = false;
  const isFunction = (name: string) => {
    longWork ||= makesKeys(name);
    return templateFunctions.has(name);
  };
  const parsed = parseTemplate(wellFormed(text), options.name, isFunction, limits);
  const run = (rehearses: boolean) =>
    evaluate(parsed, toValue(data, new Map(), 0, limits), templateFunctions, options.now, limits, rehearses);
  if (longWork) rehearse(() => run(true));
  return run(false);
}

/** A template that asks for more keys than it may have is told so before the first of them is made. @throws TemplateError `limit` */
function rehearse(run: () => void): void {
  try {
    run();
  } catch (error) {
    // Whatever else it is may be about what only stands for a key.
    if (!(error instanceof TemplateError) || error.kind === 'limit') throw error;
  }
}

const leastInt = -(2n ** 63n);
const greatestInt = 2n ** 63n - 1n;

/** A copy. What is in several places stays one thing, or data that names itself often would grow without end. */
function toValue(value: TemplateValue, known: Map<object, Value>, depth: number, limits: TemplateLimits): Value {
  if (typeof value === 'string') return wellFormed(value);
  // An integer that is no int64 is a float, as Go's YAML has it.
  if (typeof value === 'bigint') return value >= leastInt && value <= greatestInt ? value : Number(value);
  if (value === null || typeof value !== 'object') return value;
  const before = known.get(value);
  if (before !== undefined) return before;
  if (depth > limits.depth) {
    throw new TemplateError('limit', `the template's values are nested more than ${limits.depth} levels deep`, 0);
  }
  if (value instanceof Map) {
    const dict = new Dict('interface {}', new Map());
    known.set(value, dict);
    for (const [key, entry] of value as TemplateMap) {
      dict.entries.set(wellFormed(key), toValue(entry, known, depth + 1, limits));
    }
    return dict;
  }
  const items: Value[] = [];
  const list = new List('interface {}', items);
  known.set(value, list);
  for (const item of value as readonly TemplateValue[]) items.push(toValue(item, known, depth + 1, limits));
  return list;
}
