import { evaluatePipeline } from './expressions.ts';
import { printed } from './fmt/printer.ts';
import type { TemplateFunction } from './functions.ts';
import { LimitReached, type TemplateLimits } from './limits.ts';
import type { Origin } from './output.ts';
import { quote } from './quote.ts';
import { type Held, State } from './state.ts';
import type { Branch, Invocation, ParsedTemplate, Range, Statement } from './syntax-tree.ts';
import { Dict, elementOf, isTrue, List, nilInterface, type Value } from './values.ts';

/** What came of a template. */
export interface Evaluated {
  readonly text: string;
  readonly origins: readonly Origin[];
  readonly undefinedNames: State['undefinedNames'];
  readonly hostReads: State['hostReads'];
}

/**
 * Runs a template over its data, as Go's text/template does with `missingkey=zero`.
 * @throws TemplateError `execution`, `limit`
 */
export function evaluate(
  parsed: ParsedTemplate,
  data: Value,
  functions: ReadonlyMap<string, TemplateFunction>,
  now: number,
  limits: TemplateLimits,
): Evaluated {
  const state = new State(parsed, functions, now, limits);
  const dot: Held = { value: data, inInterface: false };
  state.variables = [{ name: '$', held: dot }];
  try {
    walkAll(state, dot, parsed.templates.get(parsed.name) ?? []);
    const { undefinedNames, hostReads } = state;
    return { ...state.output.finish(), undefinedNames, hostReads };
  } catch (error) {
    if (error instanceof LimitReached) throw state.error('limit', error.message);
    // Depth is limited, but the caller may have used up most of the stack before.
    if (error instanceof RangeError) throw state.error('limit', 'the template needs too much memory');
    throw error;
  }
}

/** What a `{{break}}` or `{{continue}}` is on its way to. */
type Exit = 'break' | 'continue' | undefined;

function walkAll(state: State, dot: Held, statements: readonly Statement[]): Exit {
  for (const statement of statements) {
    state.budget.spend(1);
    const exit = walk(state, dot, statement);
    if (exit !== undefined) return exit;
  }
  return undefined;
}

function walk(state: State, dot: Held, statement: Statement): Exit {
  switch (statement.kind) {
    case 'text':
      state.output.write(statement.text, statement.offset, true);
      return undefined;
    case 'action': {
      state.place = statement;
      const value = evaluatePipeline(state, dot, statement.pipe);
      if (statement.pipe.variables.length > 0) return undefined;
      state.place = statement;
      const text = value === null ? '<no value>' : printed(state.budget, value);
      state.output.write(text, statement.offset, false);
      return undefined;
    }
    case 'if':
    case 'with':
      return walkBranch(state, dot, statement);
    case 'range':
      return walkRange(state, dot, statement);
    case 'template':
      walkTemplate(state, dot, statement);
      return undefined;
    case 'break':
    case 'continue':
      return statement.kind;
  }
}

/** A block of its own: its variables end with it. */
function walkBlock(state: State, dot: Held, statements: readonly Statement[] | undefined): Exit {
  if (statements === undefined) return undefined;
  state.budget.enter();
  const exit = walkAll(state, dot, statements);
  state.budget.leave();
  return exit;
}

function walkBranch(state: State, dot: Held, { kind, pipe, body, otherwise }: Branch): Exit {
  const mark = state.variables.length;
  const value = evaluatePipeline(state, dot, pipe);
  const inner: Held = kind === 'with' ? { value, inInterface: false } : dot;
  const exit = isTrue(value) ? walkBlock(state, inner, body) : walkBlock(state, dot, otherwise);
  state.variables.length = mark;
  return exit;
}

function walkRange(state: State, dot: Held, range: Range): Exit {
  const mark = state.variables.length;
  const value = evaluatePipeline(state, dot, range.pipe);
  const elements = elementsOf(state, value);
  const inner = state.variables.length;
  for (const { key, held } of elements) {
    state.budget.spend(1);
    const { length } = range.pipe.variables;
    setTop(state, 1, length > 0, held);
    setTop(state, 2, length > 1, { value: key, inInterface: false });
    const exit = walkBlock(state, held, range.body);
    state.variables.length = inner;
    if (exit === 'break') break;
  }
  const exit = elements.length === 0 ? walkBlock(state, dot, range.otherwise) : undefined;
  state.variables.length = mark;
  return exit;
}

/** As in Go 1.19, the variables on top are set, also where the range assigns to others. */
function setTop(state: State, fromTop: number, wanted: boolean, held: Held): void {
  const variable = wanted ? state.variables.at(-fromTop) : undefined;
  if (variable !== undefined) variable.held = held;
}

interface Element {
  readonly key: Value;
  readonly held: Held;
}

function elementsOf(state: State, value: Value): readonly Element[] {
  if (value === null || value === nilInterface) return [];
  if (value instanceof List) {
    state.budget.allocate(64 * value.items.length);
    const inInterface = value.element === 'interface {}';
    return value.items.map((item, index) => ({
      key: BigInt(index),
      held: { value: elementOf(value, item), inInterface },
    }));
  }
  if (value instanceof Dict) {
    state.budget.allocate(64 * value.entries.size);
    const inInterface = value.element === 'interface {}';
    return value.sortedKeys().map((key) => ({
      key,
      held: { value: elementOf(value, value.entries.get(key) ?? null), inInterface },
    }));
  }
  return state.fail(`range can't iterate over ${printed(state.budget, value)}`);
}

function walkTemplate(state: State, dot: Held, invocation: Invocation): void {
  state.place = invocation;
  const statements = state.parsed.templates.get(invocation.name);
  if (statements === undefined) state.fail(`template ${quote(invocation.name)} not defined`);
  const value = invocation.pipe === undefined ? null : evaluatePipeline(state, dot, invocation.pipe);
  const { variables, templateName } = state;
  const inner: Held = { value, inInterface: false };
  state.variables = [{ name: '$', held: inner }];
  state.templateName = invocation.name;
  walkBlock(state, inner, statements);
  state.variables = variables;
  state.templateName = templateName;
}
