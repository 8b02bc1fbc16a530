import { evaluatePipeline } from './expressions.ts';
import { printed } from './fmt/printer.ts';
import type { TemplateFunction } from './functions.ts';
import { LimitReached, type TemplateLimits } from './limits.ts';
import type { Origin } from './output.ts';
import { quote } from './quote.ts';
import { type Held, State } from './state.ts';
import type { Branch, Invocation, ParsedTemplate, Range, Statement } from './syntax-tree.ts';
import { Dict, elementOf, isTrue, List, type Value } from './values.ts';

/** What came of a template. */
export interface Evaluated {
  readonly text: string;
  readonly origins: readonly Origin[];
  readonly undefinedNames: State['undefinedNames'];
  readonly hostReads: State['hostReads'];
  readonly secrets: State['secrets'];
}

/**
 * Runs a template over its data, as Go's text/template does with `missingkey=zero`.
 * @param rehearses what takes long is only paid for
 * @throws TemplateError `execution`, `limit`
 */
export function evaluate(
  parsed: ParsedTemplate,
  data: Value,
  functions: ReadonlyMap<string, TemplateFunction>,
  now: number,
  limits: TemplateLimits,
  rehearses: boolean,
): Evaluated {
  const state = new State(parsed, functions, now, limits, rehearses);
  const dot: Held = { value: data, inInterface: false };
  state.variables = [{ name: '$', held: dot }];
  try {
    walkAll(state, dot, parsed.templates.get(parsed.name) ?? []);
    const { undefinedNames, hostReads, secrets } = state;
    return { ...state.output.finish(), undefinedNames, hostReads, secrets };
  } catch (error) {
    if (error instanceof LimitReached) throw state.error('limit', error.message);
    // Depth is limited, but the caller may have used up most of the stack before.
    if (error instanceof RangeError) throw state.error('limit', error.message);
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
  const inner = state.variables.length;
  const { length } = range.pipe.variables;
  let empty = true;
  let exit: Exit;
  for (const [key, held] of elementsOf(state, value)) {
    empty = false;
    state.budget.spend(1);
    setTop(state, 1, length > 0, held);
    setTop(state, 2, length > 1, { value: key, inInterface: false });
    exit = walkBlock(state, held, range.body);
    state.variables.length = inner;
    if (exit === 'break') break;
  }
  if (empty) exit = walkBlock(state, dot, range.otherwise);
  state.variables.length = mark;
  // An exit of the loop ends here; one in the `{{else}}` is about the loop around it.
  return empty ? exit : undefined;
}

/** As in Go 1.19, the variables on top are set, also where the range assigns to others. */
function setTop(state: State, fromTop: number, wanted: boolean, held: Held): void {
  const variable = wanted ? state.variables.at(-fromTop) : undefined;
  if (variable !== undefined) variable.held = held;
}

function* elementsOf(state: State, value: Value): Generator<readonly [key: Value, held: Held]> {
  if (value === null) return;
  if (value instanceof List) {
    const inInterface = value.element === 'interface {}';
    for (const [index, item] of value.items.entries())
      yield [BigInt(index), { value: elementOf(value, item), inInterface }];
  } else if (value instanceof Dict) {
    state.budget.allocate(16 * value.entries.size);
    state.budget.spend(value.entries.size);
    const inInterface = value.element === 'interface {}';
    for (const key of value.sortedKeys())
      yield [key, { value: elementOf(value, value.entries.get(key) ?? null), inInterface }];
  } else {
    state.fail(`range can't iterate over ${printed(state.budget, value)}`);
  }
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
