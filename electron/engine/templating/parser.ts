import { trimSpace } from './letters.ts';
import type { Token, TokenKind } from './lexer.ts';
import type { TemplateLimits } from './limits.ts';
import { characterConstant, parseComplex, parseNumber } from './number-literal.ts';
import { quote, unquote, unquoteChar } from './quote.ts';
import {
  type Command,
  type Invocation,
  type NumberConstant,
  type Operand,
  type ParsedTemplate,
  type Pipeline,
  type Statement,
  sourceOf,
} from './syntax-tree.ts';
import { TemplateError } from './template-error.ts';
import { openSource, type Source, TokenReader } from './token-reader.ts';

/**
 * Reads a template, as Go's text/template/parse does, with Go's words for what is wrong.
 * @throws TemplateError `syntax`, `unknownFunction`, `limit`
 */
export function parseTemplate(
  text: string,
  name: string,
  isFunction: (name: string) => boolean,
  limits: TemplateLimits,
): ParsedTemplate {
  const file: File = { source: openSource(text, name, limits), isFunction, templates: new Map() };
  if (text.length > limits.templateLength) {
    const message = `template: ${name}:1: the template is longer than ${limits.templateLength}`;
    throw new TemplateError('limit', message, limits.templateLength);
  }
  try {
    new Parser(file, name).parseFile();
  } catch (error) {
    // Depth is limited, but the caller may have used up most of the stack before.
    if (error instanceof RangeError) throw new TemplateError('limit', `template: ${name}:1: ${error.message}`, 0);
    throw error;
  }
  return { text, name, templates: file.templates };
}

interface File {
  readonly source: Source;
  readonly isFunction: (name: string) => boolean;
  readonly templates: Map<string, readonly Statement[]>;
}

interface Block {
  readonly statements: readonly Statement[];
  /** What ended it: `{{end}}` or `{{else}}`. */
  readonly end: 'end' | 'else';
}

interface Control {
  readonly pipe: Pipeline;
  readonly body: readonly Statement[];
  readonly otherwise: readonly Statement[] | undefined;
}

/** One template of the file: the file itself, or what a `define` or `block` holds. They share the lexer. */
class Parser {
  readonly #file: File;
  readonly #name: string;
  readonly #tokens: TokenReader;
  #variables = ['$'];
  #rangeDepth = 0;

  constructor(file: File, name: string) {
    this.#file = file;
    this.#name = name;
    this.#tokens = new TokenReader(file.source);
  }

  parseFile(): void {
    const statements: Statement[] = [];
    while (this.#tokens.peek().kind !== 'eof') {
      if (this.#tokens.peek().kind === 'leftDelimiter') {
        const delimiter = this.#tokens.next();
        const next = this.#tokens.nextNonSpace();
        if (next.kind === 'define') {
          this.#parseDefinition();
          continue;
        }
        this.#tokens.putBack(next, delimiter);
      }
      const node = this.#textOrAction();
      if (node === 'end' || node === 'else') this.#tokens.fail(`unexpected {{${node}}}`);
      statements.push(node);
    }
    this.#add(this.#name, statements);
  }

  #parseDefinition(): void {
    const nested = new Parser(this.#file, '');
    const name = nested.#templateName(nested.#tokens.nextNonSpace(), 'define clause');
    nested.#tokens.expect('rightDelimiter', 'define clause');
    const { statements, end } = nested.#block();
    if (end !== 'end') nested.#tokens.fail(`unexpected {{${end}}} in define clause`);
    nested.#add(name, statements);
  }

  /** A definition with nothing but blanks gives way to any other. */
  #add(name: string, statements: readonly Statement[]): void {
    const before = this.#file.templates.get(name);
    if (before === undefined || isEmpty(before)) this.#file.templates.set(name, statements);
    else if (!isEmpty(statements)) this.#tokens.fail(`template: multiple definition of template ${quote(name)}`);
  }

  #block(): Block {
    const statements: Statement[] = [];
    this.#tokens.enter();
    while (this.#tokens.peekNonSpace().kind !== 'eof') {
      const node = this.#textOrAction();
      if (node === 'end' || node === 'else') {
        this.#tokens.leave();
        return { statements, end: node };
      }
      statements.push(node);
    }
    return this.#tokens.fail('unexpected EOF');
  }

  #textOrAction(): Statement | 'end' | 'else' {
    this.#tokens.count();
    const token = this.#tokens.nextNonSpace();
    if (token.kind === 'text') return { kind: 'text', offset: token.offset, text: token.value };
    if (token.kind !== 'leftDelimiter') return this.#tokens.unexpected(token, 'input');
    this.#tokens.action = token;
    const node = this.#parseAction(token);
    this.#tokens.action = undefined;
    return node;
  }

  #parseAction({ offset }: Token): Statement | 'end' | 'else' {
    const token = this.#tokens.nextNonSpace();
    switch (token.kind) {
      case 'block':
        return this.#parseBlock(offset);
      case 'break':
      case 'continue':
        return this.#parseLoopExit(token.kind, offset);
      case 'else':
        if (this.#tokens.peekNonSpace().kind !== 'if') this.#tokens.expect('rightDelimiter', 'else');
        return 'else';
      case 'end':
        this.#tokens.expect('rightDelimiter', 'end');
        return 'end';
      case 'if':
        return { kind: 'if', ...this.#parseControl('if') };
      case 'range':
        return { kind: 'range', ...this.#parseControl('range') };
      case 'with':
        return { kind: 'with', ...this.#parseControl('with') };
      case 'template':
        return this.#parseInvocation(offset);
      default:
        this.#tokens.putBack(token);
        // Variables that it declares stay until the block ends.
        return { kind: 'action', offset, reportedAt: token.offset, pipe: this.#pipeline('command', 'rightDelimiter') };
    }
  }

  #parseLoopExit(kind: 'break' | 'continue', offset: number): Statement {
    const token = this.#tokens.nextNonSpace();
    if (token.kind !== 'rightDelimiter') this.#tokens.unexpected(token, `{{${kind}}}`);
    if (this.#rangeDepth === 0) this.#tokens.fail(`{{${kind}}} outside {{range}}`);
    return { kind, offset };
  }

  #parseControl(kind: 'if' | 'range' | 'with'): Control {
    const variables = this.#variables.length;
    const pipe = this.#pipeline(kind, 'rightDelimiter');
    if (kind === 'range') this.#rangeDepth += 1;
    const { statements: body, end } = this.#block();
    if (kind === 'range') this.#rangeDepth -= 1;
    const otherwise = end === 'else' ? this.#parseElse(kind) : undefined;
    this.#variables.length = variables;
    return { pipe, body, otherwise };
  }

  #parseElse(kind: 'if' | 'range' | 'with'): readonly Statement[] {
    // `{{else if x}}` is an if within the else, and takes the one `{{end}}` that there is.
    if (kind === 'if' && this.#tokens.peek().kind === 'if') {
      this.#tokens.next();
      this.#tokens.enter();
      const nested: Statement = { kind: 'if', ...this.#parseControl('if') };
      this.#tokens.leave();
      return [nested];
    }
    const { statements, end } = this.#block();
    if (end !== 'end') this.#tokens.fail(`expected end; found {{${end}}}`);
    return statements;
  }

  #parseBlock(offset: number): Invocation {
    const token = this.#tokens.nextNonSpace();
    const name = this.#templateName(token, 'block clause');
    const pipe = this.#pipeline('block clause', 'rightDelimiter');
    const nested = new Parser(this.#file, name);
    const { statements, end } = nested.#block();
    if (end !== 'end') this.#tokens.fail(`unexpected {{${end}}} in block clause`);
    nested.#add(name, statements);
    return { kind: 'template', offset, reportedAt: token.offset, name, pipe };
  }

  #parseInvocation(offset: number): Invocation {
    const token = this.#tokens.nextNonSpace();
    const name = this.#templateName(token, 'template clause');
    const next = this.#tokens.nextNonSpace();
    if (next.kind === 'rightDelimiter')
      return { kind: 'template', offset, reportedAt: token.offset, name, pipe: undefined };
    this.#tokens.putBack(next);
    const pipe = this.#pipeline('template clause', 'rightDelimiter');
    return { kind: 'template', offset, reportedAt: token.offset, name, pipe };
  }

  #templateName(token: Token, context: string): string {
    if (token.kind !== 'string' && token.kind !== 'rawString') return this.#tokens.unexpected(token, context);
    return this.#unquoted(token);
  }

  #pipeline(context: string, end: TokenKind): Pipeline {
    this.#tokens.count();
    const { offset } = this.#tokens.peekNonSpace();
    const { variables, assigns } = this.#declarations(context);
    const commands: Command[] = [];
    for (;;) {
      const token = this.#tokens.nextNonSpace();
      if (token.kind === end) break;
      if (!operandKinds.has(token.kind)) this.#tokens.unexpected(token, context);
      this.#tokens.putBack(token);
      commands.push(this.#command());
    }
    if (commands.length === 0) this.#tokens.fail(`missing value for ${context}`);
    for (const [index, command] of commands.entries()) {
      if (index > 0 && ['boolean', 'dot', 'nil', 'number', 'string'].includes(command.operands[0].kind))
        this.#tokens.fail(`non executable command in pipeline stage ${index + 1}`);
    }
    return { kind: 'pipeline', offset, reportedAt: offset, variables, assigns, commands };
  }

  /** `$x :=`, `$x =` or, of a range, `$i, $x :=`. */
  #declarations(context: string): { readonly variables: readonly string[]; readonly assigns: boolean } {
    const variables: string[] = [];
    for (;;) {
      if (this.#tokens.peekNonSpace().kind !== 'variable') return { variables, assigns: false };
      const variable = this.#tokens.next();
      const after = this.#tokens.peek();
      const next = this.#tokens.peekNonSpace();
      if (next.kind === 'assign' || next.kind === 'declare') {
        this.#tokens.nextNonSpace();
        this.#declare(variable.value, variables);
        return { variables, assigns: next.kind === 'assign' };
      }
      if (next.kind !== 'punctuation' || next.value !== ',') {
        // An operand after all. The blank after it counts: it ends the operand.
        if (after.kind === 'space') this.#tokens.putBack(after);
        this.#tokens.putBack(variable);
        return { variables, assigns: false };
      }
      this.#tokens.nextNonSpace();
      this.#declare(variable.value, variables);
      if (context !== 'range' || variables.length >= 2) this.#tokens.fail(`too many declarations in ${context}`);
      if (!['variable', 'rightDelimiter', 'rightParenthesis'].includes(this.#tokens.peekNonSpace().kind))
        this.#tokens.fail('range can only initialize variables');
    }
  }

  #declare(name: string, variables: string[]): void {
    variables.push(name);
    this.#variables.push(name);
  }

  #command(): Command {
    const { offset } = this.#tokens.peekNonSpace();
    const operands: Operand[] = [];
    for (;;) {
      this.#tokens.peekNonSpace();
      const operand = this.#operand();
      if (operand !== undefined) operands.push(operand);
      const token = this.#tokens.next();
      if (token.kind === 'space') continue;
      if (token.kind === 'rightDelimiter' || token.kind === 'rightParenthesis') this.#tokens.putBack(token);
      else if (token.kind !== 'pipe') this.#tokens.unexpected(token, 'operand');
      break;
    }
    const [first, ...others] = operands;
    if (first === undefined) return this.#tokens.fail('empty command');
    return { kind: 'command', offset, reportedAt: offset, operands: [first, ...others] };
  }

  #operand(): Operand | undefined {
    const term = this.#term();
    if (term === undefined || this.#tokens.peek().kind !== 'field') return term;
    const reportedAt = this.#tokens.peek().offset;
    const fields: string[] = [];
    while (this.#tokens.peek().kind === 'field') fields.push(this.#tokens.next().value.slice(1));
    switch (term.kind) {
      case 'field':
      case 'variable':
        return { ...term, reportedAt, fields: [...term.fields, ...fields] };
      case 'boolean':
      case 'string':
      case 'number':
      case 'nil':
      case 'dot':
        return this.#tokens.fail(`unexpected . after term ${quote(sourceOf(term))}`);
      default:
        return { kind: 'chain', offset: term.offset, reportedAt, of: term, fields };
    }
  }

  #term(): Operand | undefined {
    const token = this.#tokens.nextNonSpace();
    // A name is looked for among all variables: with very many of them that takes its time.
    this.#tokens.count(token.kind === 'variable' ? 1 + (this.#variables.length >> 3) : 1);
    const place = { offset: token.offset, reportedAt: token.offset };
    switch (token.kind) {
      case 'identifier':
        if (!this.#file.isFunction(token.value))
          this.#tokens.fail(`function ${quote(token.value)} not defined`, 'unknownFunction', token.offset);
        return { kind: 'name', ...place, name: token.value };
      case 'dot':
      case 'nil':
        return { kind: token.kind, ...place };
      case 'variable':
        if (!this.#variables.includes(token.value)) this.#tokens.fail(`undefined variable ${quote(token.value)}`);
        return { kind: 'variable', ...place, name: token.value, fields: [] };
      case 'field':
        return { kind: 'field', ...place, fields: [token.value.slice(1)] };
      case 'boolean':
        return { kind: 'boolean', ...place, value: token.value === 'true' };
      case 'character':
      case 'complex':
      case 'number':
        return { kind: 'number', ...place, literal: token.value, number: this.#number(token) };
      case 'leftParenthesis': {
        this.#tokens.enter();
        const pipe = this.#pipeline('parenthesized pipeline', 'rightParenthesis');
        this.#tokens.leave();
        return pipe;
      }
      case 'string':
      case 'rawString':
        return { kind: 'string', ...place, literal: token.value, text: this.#unquoted(token) };
      default:
        this.#tokens.putBack(token);
        return undefined;
    }
  }

  #number({ kind, value }: Token): NumberConstant {
    let number: NumberConstant | string;
    if (kind === 'character') {
      const code = unquoteChar(value);
      number = typeof code === 'number' ? characterConstant(code) : code;
    } else {
      number = kind === 'complex' ? parseComplex(value) : parseNumber(value);
    }
    return typeof number === 'string' ? this.#tokens.fail(number) : number;
  }

  #unquoted({ value }: Token): string {
    return unquote(value) ?? this.#tokens.fail('invalid syntax');
  }
}

const operandKinds: ReadonlySet<TokenKind> = new Set([
  'boolean',
  'character',
  'complex',
  'dot',
  'field',
  'identifier',
  'number',
  'nil',
  'rawString',
  'string',
  'variable',
  'leftParenthesis',
]);

function isEmpty(statements: readonly Statement[]): boolean {
  return statements.every((statement) => statement.kind === 'text' && trimSpace(statement.text) === '');
}
