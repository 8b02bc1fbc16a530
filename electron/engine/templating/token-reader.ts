import { Lexer, type Token, type TokenKind, describeToken } from './lexer.ts';
import { Budget, LimitReached, type TemplateLimits } from './limits.ts';
import { TemplateError, type TemplateErrorKind, lineOf } from './template-error.ts';

/** Bytes that a node may take, roughly: the text is bounded, but a node is larger than its text. */
const nodeBytes = 500;

/** The text that is read, by one parser after another. */
export interface Source {
  readonly text: string;
  readonly name: string;
  readonly lexer: Lexer;
  readonly budget: Budget;
}

export function openSource(text: string, name: string, limits: TemplateLimits): Source {
  return { text, name, lexer: new Lexer(text), budget: new Budget(limits) };
}

/** The tokens of a source, with as much looking ahead as is needed, and Go's words for what is wrong with them. */
export class TokenReader {
  readonly #source: Source;
  /** Tokens that were looked at and not yet taken, the next one last. */
  readonly #ahead: Token[] = [];
  /** The last one that came from the lexer: errors are told at its line. */
  #latest: Token = { kind: 'text', offset: 0, value: '' };
  /** The `{{` of the action that is being read. */
  action: Token | undefined;

  constructor(source: Source) {
    this.#source = source;
  }

  next(): Token {
    const token = this.#ahead.pop();
    if (token !== undefined) return token;
    this.#latest = this.#source.lexer.next();
    return this.#latest;
  }

  /** Puts tokens back; the last one will be the next. */
  putBack(...tokens: readonly Token[]): void {
    this.#ahead.push(...tokens);
  }

  peek(): Token {
    const token = this.next();
    this.#ahead.push(token);
    return token;
  }

  nextNonSpace(): Token {
    for (;;) {
      const token = this.next();
      if (token.kind !== 'space') return token;
    }
  }

  peekNonSpace(): Token {
    const token = this.nextNonSpace();
    this.#ahead.push(token);
    return token;
  }

  expect(kind: TokenKind, context: string): void {
    const token = this.nextNonSpace();
    if (token.kind !== kind) this.unexpected(token, context);
  }

  unexpected(token: Token, context: string): never {
    if (token.kind !== 'error')
      return this.fail(`unexpected ${describeToken(token)} in ${context}`, 'syntax', token.offset);
    const started = this.action === undefined ? 0 : this.#line(this.action.offset);
    const elsewhere = started !== 0 && started !== this.#line(token.offset);
    const action = token.value.endsWith(' action') ? '' : ' in action';
    const where = elsewhere ? `${action} started at ${this.#source.name}:${started}` : '';
    return this.fail(token.value + where, 'syntax', token.offset);
  }

  fail(message: string, kind: TemplateErrorKind = 'syntax', offset = this.#latest.offset): never {
    const line = this.#line(this.#latest.offset);
    throw new TemplateError(kind, `template: ${this.#source.name}:${line}: ${message}`, offset);
  }

  /** One level down; `leave` goes up again. */
  enter(): void {
    this.#within(() => this.#source.budget.enter());
  }

  leave(): void {
    this.#source.budget.leave();
  }

  /** A node that is about to be made, found after so many steps. */
  count(steps = 1): void {
    this.#within(() => {
      this.#source.budget.spend(steps);
      this.#source.budget.allocate(nodeBytes);
    });
  }

  #line(offset: number): number {
    return lineOf(this.#source.text, offset);
  }

  #within(step: () => void): void {
    try {
      step();
    } catch (error) {
      if (error instanceof LimitReached) this.fail(error.message, 'limit');
      throw error;
    }
  }
}
