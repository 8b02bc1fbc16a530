import { isDigit, isLetter } from './letters.ts';
import { describeRune, quote } from './quote.ts';

export type Keyword =
  'block' | 'break' | 'continue' | 'define' | 'else' | 'end' | 'if' | 'nil' | 'range' | 'template' | 'with';

export type TokenKind =
  | Keyword
  | 'error'
  | 'boolean'
  | 'character'
  | 'complex'
  | 'declare'
  | 'assign'
  | 'dot'
  | 'eof'
  | 'field'
  | 'identifier'
  | 'leftDelimiter'
  | 'leftParenthesis'
  | 'number'
  | 'pipe'
  | 'punctuation'
  | 'rawString'
  | 'rightDelimiter'
  | 'rightParenthesis'
  | 'space'
  | 'string'
  | 'text'
  | 'variable';

/** `value` is the text of the token, or what is wrong with it. */
export interface Token {
  readonly kind: TokenKind;
  readonly offset: number;
  readonly value: string;
}

const keywords: ReadonlySet<string> = new Set<Keyword>([
  'block',
  'break',
  'continue',
  'define',
  'else',
  'end',
  'if',
  'nil',
  'range',
  'template',
  'with',
]);

/** How Go's error texts name a token. */
export function describeToken({ kind, value }: Token): string {
  if (kind === 'eof') return 'EOF';
  if (kind === 'error') return value;
  if (kind === 'dot' || keywords.has(kind)) return `<${value}>`;
  const letters = Array.from(value.slice(0, 24));
  // Go counts bytes here and letters there: the same for nearly all tokens.
  return Buffer.byteLength(value) > 10 ? `${quote(letters.slice(0, 10).join(''))}...` : quote(value);
}

/**
 * Cuts a template into tokens, as Go's text/template/parse does: one after another, when asked. After a token of kind `error`
 * or `eof` there is no other.
 */
export class Lexer {
  readonly #text: string;
  #at = 0;
  #state: 'text' | 'delimiter' | 'action' | 'over' = 'text';
  #parentheses = 0;

  constructor(text: string) {
    this.#text = text;
  }

  next(): Token {
    for (;;) {
      switch (this.#state) {
        case 'text': {
          const text = this.#readText();
          if (text !== undefined) return text;
          break;
        }
        case 'delimiter': {
          const delimiter = this.#readDelimiter();
          if (delimiter !== undefined) return delimiter;
          break;
        }
        case 'action':
          return this.#readAction();
        case 'over':
          return { kind: 'eof', offset: this.#at, value: '' };
      }
    }
  }

  /** Text up to the next `{{`; nothing where there is none in between. */
  #readText(): Token | undefined {
    const start = this.#at;
    const found = this.#text.indexOf('{{', start);
    const delimiter = found === -1 ? this.#text.length : found;
    let end = delimiter;
    if (found !== -1 && this.#isTrimMarkerLeft(found + 2)) {
      while (end > start && isBlank(this.#text.charCodeAt(end - 1))) end -= 1;
    }
    this.#at = delimiter;
    this.#state = found === -1 ? 'over' : 'delimiter';
    return end > start ? { kind: 'text', offset: start, value: this.#text.slice(start, end) } : undefined;
  }

  /** A `{{` or, without a token, a whole comment. */
  #readDelimiter(): Token | undefined {
    const start = this.#at;
    const inside = start + 2 + (this.#isTrimMarkerLeft(start + 2) ? 2 : 0);
    this.#at = inside;
    if (!this.#text.startsWith('/*', inside)) {
      this.#parentheses = 0;
      this.#state = 'action';
      return { kind: 'leftDelimiter', offset: start, value: '{{' };
    }
    const end = this.#text.indexOf('*/', inside + 2);
    if (end === -1) return this.#error(inside, 'unclosed comment');
    this.#at = end + 2;
    if (!this.#isRightDelimiter()) return this.#error(inside, 'comment ends before closing delimiter');
    this.#passRightDelimiter();
    return undefined;
  }

  #readAction(): Token {
    const start = this.#at;
    if (this.#isRightDelimiter()) {
      if (this.#parentheses > 0) return this.#error(start, 'unclosed left paren');
      const marker = this.#text.startsWith('}}', start) ? 0 : 2;
      this.#passRightDelimiter();
      return { kind: 'rightDelimiter', offset: start + marker, value: '}}' };
    }
    const code = this.#text.charCodeAt(start);
    if (Number.isNaN(code)) return this.#error(start, 'unclosed action');
    if (isBlank(code)) return this.#readSpace();
    const letter = this.#letter(start);
    switch (letter) {
      case '=':
        return this.#take('assign', 1);
      case ':':
        return this.#text.charAt(start + 1) === '=' ? this.#take('declare', 2) : this.#error(start, 'expected :=');
      case '|':
        return this.#take('pipe', 1);
      case '"':
        return this.#readQuoted('string', '"', 'unterminated quoted string');
      case "'":
        return this.#readQuoted('character', "'", 'unterminated character constant');
      case '`':
        return this.#readRawString();
      case '$':
        return this.#readFieldOrVariable('variable');
      case '(':
        this.#parentheses += 1;
        return this.#take('leftParenthesis', 1);
      case ')':
        // One too many is for the parser to find: it gets the token first in Go as well.
        this.#parentheses -= 1;
        return this.#take('rightParenthesis', 1);
      case '.':
        if (!/[0-9]/.test(this.#text.charAt(start + 1)) && start + 1 < this.#text.length)
          return this.#readFieldOrVariable('field');
        return this.#readNumber();
    }
    if (letter === '+' || letter === '-' || (letter >= '0' && letter <= '9')) return this.#readNumber();
    if (isAlphanumeric(letter)) return this.#readIdentifier();
    if (letter >= ' ' && letter <= '~') return this.#take('punctuation', 1);
    return this.#error(start, `unrecognized character in action: ${describeRune(letter)}`);
  }

  #readSpace(): Token {
    const start = this.#at;
    let end = start;
    while (isBlank(this.#text.charCodeAt(end))) end += 1;
    // The last blank may belong to ` -}}`.
    if (this.#text.startsWith('-}}', end)) end -= 1;
    this.#at = end;
    return { kind: 'space', offset: start, value: this.#text.slice(start, end) };
  }

  #readQuoted(kind: 'string' | 'character', delimiter: string, unterminated: string): Token {
    const start = this.#at;
    for (let at = start + 1; ; at += 1) {
      let letter = this.#text.charAt(at);
      if (letter === delimiter) return this.#take(kind, at + 1 - start);
      if (letter === '\\') {
        at += 1;
        letter = this.#text.charAt(at);
      }
      if (letter === '' || letter === '\n') return this.#error(start, unterminated);
    }
  }

  #readRawString(): Token {
    const end = this.#text.indexOf('`', this.#at + 1);
    if (end === -1) return this.#error(this.#at, 'unterminated raw quoted string');
    return this.#take('rawString', end + 1 - this.#at);
  }

  #readIdentifier(): Token {
    const start = this.#at;
    const end = this.#endOfWord(start);
    if (!this.#isTerminator(end)) return this.#badCharacter(end);
    const word = this.#text.slice(start, end);
    const kind = keywords.has(word)
      ? (word as Keyword)
      : word === 'true' || word === 'false'
        ? 'boolean'
        : 'identifier';
    return this.#take(kind, end - start);
  }

  #readFieldOrVariable(kind: 'field' | 'variable'): Token {
    const start = this.#at;
    if (this.#isTerminator(start + 1)) return this.#take(kind === 'field' ? 'dot' : kind, 1);
    const end = this.#endOfWord(start + 1);
    return this.#isTerminator(end) ? this.#take(kind, end - start) : this.#badCharacter(end);
  }

  #readNumber(): Token {
    const start = this.#at;
    const first = this.#scanNumber(start);
    if (first.bad) return this.#error(start, `bad number syntax: ${quote(this.#text.slice(start, first.end))}`);
    const sign = this.#text.charAt(first.end);
    if (sign !== '+' && sign !== '-') return this.#take('number', first.end - start);
    const second = this.#scanNumber(first.end);
    if (second.bad || this.#text.charAt(second.end - 1) !== 'i')
      return this.#error(start, `bad number syntax: ${quote(this.#text.slice(start, second.end))}`);
    return this.#take('complex', second.end - start);
  }

  /** Takes more than is a number: what is none is found out later, as in Go. */
  #scanNumber(start: number): { readonly end: number; readonly bad: boolean } {
    const pattern =
      /[+-]?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?|0[oO][0-7_]*(?:\.[0-7_]*)?|0[bB][01_]*(?:\.[01_]*)?|[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?)i?/y;
    pattern.lastIndex = start;
    pattern.exec(this.#text);
    const end = pattern.lastIndex;
    const next = this.#letter(end);
    return isAlphanumeric(next) ? { end: end + next.length, bad: true } : { end, bad: false };
  }

  #endOfWord(start: number): number {
    const pattern = /[\p{L}\p{Nd}_]*/uy;
    pattern.lastIndex = start;
    pattern.exec(this.#text);
    return pattern.lastIndex;
  }

  /** Whether a word may end there: `$x+2` must be written with a blank. */
  #isTerminator(at: number): boolean {
    const code = this.#text.charCodeAt(at);
    return (
      Number.isNaN(code) || isBlank(code) || '.,|:)('.includes(this.#text.charAt(at)) || this.#text.startsWith('}}', at)
    );
  }

  #badCharacter(at: number): Token {
    return this.#error(this.#at, `bad character ${describeRune(this.#letter(at))}`);
  }

  #isRightDelimiter(): boolean {
    if (this.#text.startsWith('}}', this.#at)) return true;
    return isBlank(this.#text.charCodeAt(this.#at)) && this.#text.startsWith('-}}', this.#at + 1);
  }

  #passRightDelimiter(): void {
    const trims = !this.#text.startsWith('}}', this.#at);
    this.#at += trims ? 4 : 2;
    while (trims && isBlank(this.#text.charCodeAt(this.#at))) this.#at += 1;
    this.#state = 'text';
  }

  #isTrimMarkerLeft(at: number): boolean {
    return this.#text.charAt(at) === '-' && isBlank(this.#text.charCodeAt(at + 1));
  }

  #letter(at: number): string {
    const code = this.#text.codePointAt(at);
    return code === undefined ? '' : String.fromCodePoint(code);
  }

  #take(kind: TokenKind, length: number): Token {
    const offset = this.#at;
    this.#at += length;
    return { kind, offset, value: this.#text.slice(offset, offset + length) };
  }

  #error(offset: number, value: string): Token {
    this.#state = 'over';
    return { kind: 'error', offset, value };
  }
}

/** What separates operands and is trimmed: ASCII only. */
function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0d || code === 0x0a;
}

function isAlphanumeric(letter: string): boolean {
  return letter === '_' || isLetter(letter) || isDigit(letter);
}
