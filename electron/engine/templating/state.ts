import { findHandled } from './absence.ts';
import type { Scope, TemplateFunction } from './functions.ts';
import { Budget, type TemplateLimits } from './limits.ts';
import { Output } from './output.ts';
import { type Command, type Operand, type ParsedTemplate, type Place, sourceOf } from './syntax-tree.ts';
import { columnOf, lineOf, TemplateError, type TemplateErrorKind } from './template-error.ts';
import type { Value } from './values.ts';

/** A value, and whether it lies in a place of type `interface {}`: error texts then name that type. */
export interface Held {
  readonly value: Value;
  readonly inInterface: boolean;
}

export interface Variable {
  readonly name: string;
  held: Held;
}

/** Everything that one rendering knows and has found. */
export class State {
  readonly parsed: ParsedTemplate;
  readonly functions: ReadonlyMap<string, TemplateFunction>;
  readonly budget: Budget;
  readonly scope: Scope;
  readonly output: Output;
  /** See absence.ts. */
  readonly handled: ReadonlySet<Operand | Command>;
  /** Of the template that runs, innermost last. */
  variables: Variable[] = [];
  templateName: string;
  /** What is looked at: errors are told there. */
  place: Place | undefined;
  readonly #undefinedNames = new Map<number, string>();
  readonly #hostReads = new Map<number, string>();
  readonly #secrets = new Set<string>();

  constructor(
    parsed: ParsedTemplate,
    functions: ReadonlyMap<string, TemplateFunction>,
    now: number,
    limits: TemplateLimits,
    rehearses: boolean,
  ) {
    this.parsed = parsed;
    this.functions = functions;
    this.budget = new Budget(limits);
    const secret = (text: string) => {
      this.#secrets.add(text);
      return text;
    };
    this.scope = { budget: this.budget, now, rehearses, secret };
    this.output = new Output(this.budget);
    this.handled = findHandled(parsed.templates.values());
    this.templateName = parsed.name;
  }

  /** `operand` gave no value because nobody defined `name`. */
  reportUndefined(operand: Operand | Command, name: () => string): void {
    if (this.handled.has(operand) || this.#undefinedNames.has(operand.offset)) return;
    this.#undefinedNames.set(operand.offset, name());
  }

  reportHostRead(offset: number, name: string): void {
    this.#hostReads.set(offset, name);
  }

  get undefinedNames(): readonly { readonly name: string; readonly offset: number }[] {
    return [...this.#undefinedNames].map(([offset, name]) => ({ name, offset }));
  }

  get hostReads(): readonly { readonly function: string; readonly offset: number }[] {
    return [...this.#hostReads].map(([offset, name]) => ({ function: name, offset }));
  }

  get secrets(): readonly string[] {
    return [...this.#secrets];
  }

  /** Ends the rendering, with Go's words. */
  fail(message: string): never {
    throw this.error('execution', message);
  }

  error(kind: TemplateErrorKind, message: string): TemplateError {
    const { text, name } = this.parsed;
    if (this.place === undefined) return new TemplateError(kind, `template: ${name}: ${message}`, 0);
    const { reportedAt, offset } = this.place;
    const location = `${name}:${lineOf(text, reportedAt)}:${columnOf(text, reportedAt)}`;
    const where = `executing "${this.templateName}" at <${sourceOf(this.place)}>`;
    return new TemplateError(kind, `template: ${location}: ${where}: ${message}`, offset);
  }
}
