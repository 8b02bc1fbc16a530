import type { ContainerSystem } from '@shared/model/step-places.ts';
import {
  type CommandFinding,
  type CommandFindingCode,
  excerpt,
  FindingList,
  inOrder,
  type Span,
} from './command-finding.ts';
import { endOfExpansion, readBraces } from './expansion.ts';

export type { CommandFinding, CommandFindingCode };

/** One word, its quotes taken off. `offset` and `length` are those of the word as it is written. */
export interface Word {
  readonly text: string;
  readonly offset: number;
  readonly length: number;
}

export interface SplitText {
  readonly words: readonly Word[];
  /** In the order of the text. Of each code only the first ones: more of a kind say nothing new. */
  readonly findings: readonly CommandFinding[];
  /**
   * Those of the findings where a shell was meant to work: operators that stand free, substitutions outside quotes. Not the
   * `&` of a URL or the `>` of `x>=1`, whose author forgot the quotes.
   */
  readonly shellWork: readonly CommandFinding[];
}

/** Answers a step's own value of a name, undefined for an unknown one. */
export type Variable = (name: string) => string | undefined;

/**
 * Splits a command's text into words as a POSIX shell does, without being one: nothing is run, no file is looked at.
 *
 * - Quotes, backslashes and comments are the shell's. `*`, `?`, `[` and `~` stay as they are.
 * - `$NAME` and `${NAME}` outside single quotes take `variable`'s value, once: it is neither split nor read again. As in a
 *   shell, a word that is nothing but unquoted variables without a value is no word.
 * - Where only a shell could do what is written (operators, substitutions, further lines), there is an error. The words are
 *   then a guess.
 * - Newlines in front of the first word and behind the last one mean nothing.
 * - For containers of Windows a backslash means nothing but itself, as in the PowerShell that ACR has there: `c:\workspace\a`.
 *
 * Never throws; takes time in proportion to the text.
 */
export function splitWords(text: string, variable: Variable, system: ContainerSystem = 'linux'): SplitText {
  return new Splitter(text, variable, system).split();
}

/** Quotes one word so that {@link splitWords}, and any shell, give it back. */
export function quoteWord(word: string): string {
  if (word === '') return "''";
  return /^[A-Za-z0-9_^@=+%,:./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`;
}

/** Keeps what a finding quotes as it is, where it stands: inside double quotes, or outside quotes. */
function kept(text: string, quoted: boolean): string {
  return quoted ? text.replaceAll(/[$`"\\]/g, String.raw`\$&`) : quoteWord(text);
}

function joined(text: string): string {
  return text.replaceAll('\\\n', '');
}

/** What has no meaning of its own: outside quotes, and inside double quotes. */
const plainRun = /[^ \t\n'"\\$`|&;<>()]+/y;
const plainRunInQuotes = /[^"\\$`]+/y;
const operatorRun = /[|&;<>()]+/y;
/** Lines that go on are joined before names are read. */
const nameRun = /[A-Za-z_](?:\w|\\\n)*/y;
const joinRun = /(?:\\\n)*/y;
/** What a duplicated descriptor is a copy of: the `1` of `2>&1`. */
const descriptorRun = /[0-9]+|-/y;
/** The one text in double quotes that is no word: as many words as there are parameters, and there is none. */
const noParameters = /"\$(?:@|\{@\})"/y;

class Splitter {
  private readonly text: string;
  private readonly variable: Variable;
  private readonly system: ContainerSystem;
  private at = 0;
  private readonly words: Word[] = [];
  private readonly findings = new FindingList();
  private readonly shellWork: CommandFinding[] = [];
  /** The word that is being read. Without a part, not even an empty one, it is none. */
  private word: { readonly offset: number; readonly parts: string[] } | undefined;
  /** Where the last word or operator ended. */
  private lastEnd: number | undefined;
  /** A newline has followed it. */
  private newLine = false;

  constructor(text: string, variable: Variable, system: ContainerSystem) {
    this.text = text;
    this.variable = variable;
    this.system = system;
  }

  split(): SplitText {
    while (this.at < this.text.length) this.step();
    this.endWord();
    return { words: this.words, findings: inOrder(this.findings.all), shellWork: this.shellWork };
  }

  private step(): void {
    switch (this.text[this.at]) {
      case ' ':
      case '\t':
        this.endWord();
        this.at += 1;
        break;
      case '\n':
        this.endWord();
        this.newLine = true;
        this.at += 1;
        break;
      case "'":
        this.singleQuotes();
        break;
      case '"':
        this.doubleQuotes();
        break;
      case '\\':
        this.backslash(false);
        break;
      case '$':
        this.dollar(false);
        break;
      case '`':
        this.substitution(false);
        break;
      case '|':
      case '&':
      case ';':
      case '<':
      case '>':
      case '(':
      case ')':
        this.operator();
        break;
      case '#':
        if (this.word === undefined) this.comment();
        else this.plain();
        break;
      default:
        this.plain();
    }
  }

  private plain(): void {
    this.openWord();
    this.add(this.take(plainRun));
  }

  private singleQuotes(): void {
    this.openWord();
    const end = this.text.indexOf("'", this.at + 1);
    if (end < 0) this.unterminated(this.at, 1);
    this.add(this.text.slice(this.at + 1, end < 0 ? undefined : end));
    this.at = end < 0 ? this.text.length : end + 1;
  }

  private doubleQuotes(): void {
    const start = this.at;
    this.openWord();
    noParameters.lastIndex = start;
    if (!noParameters.test(this.text)) this.add('');
    this.at += 1;
    while (this.text[this.at] !== '"') {
      switch (this.text[this.at]) {
        case undefined:
          this.unterminated(start, 1);
          return;
        case '\\':
          this.backslash(true);
          break;
        case '$':
          this.dollar(true);
          break;
        case '`':
          this.substitution(true);
          break;
        default:
          this.add(this.take(plainRunInQuotes));
      }
    }
    this.at += 1;
  }

  /** Takes off a backslash where it quotes what is behind it. With a newline behind it, both go. */
  private backslash(quoted: boolean): void {
    const next = this.text[this.at + 1];
    if (this.system === 'windows') {
      this.openWord();
      this.add('\\');
      this.at += 1;
      return;
    }
    if (next === '\n') {
      this.at += 2;
      return;
    }
    this.openWord();
    this.add(next === undefined || (quoted && !/["\\$`]/.test(next)) ? `\\${next ?? ''}` : next);
    // As in dash, bash and busybox, the last one of a text stays.
    if (next === undefined && !quoted) this.report('command.trailingBackslash', { offset: this.at, length: 1 });
    this.at += next === undefined ? 1 : 2;
  }

  private dollar(quoted: boolean): void {
    const start = this.at;
    this.openWord();
    if (this.text[start + 1] === '(') return this.substitution(quoted);
    if (this.text[start + 1] === '{') return this.braces(quoted);
    this.at += 1;
    this.take(joinRun);
    const next = this.text[this.at] ?? '';
    if (/[A-Za-z_]/.test(next)) return this.named(joined(this.take(nameRun)), start, quoted);
    if (/[0-9@*#?$!-]/.test(next)) {
      this.at += 1;
      return this.special(next, start, quoted);
    }
    this.add('$');
  }

  private braces(quoted: boolean): void {
    const start = this.at;
    const end = endOfExpansion(this.text, start, quoted);
    if (end === undefined) return this.neverEnds(2);
    this.at = end;
    const braces = readBraces(joined(this.text.slice(start + 2, end - 1)));
    switch (braces.kind) {
      case 'name':
        return this.named(braces.name, start, quoted);
      case 'special':
        return this.special(braces.name, start, quoted);
      case 'other':
        return this.refuse('command.parameter', start, kept(this.text.slice(start, end), quoted));
      case 'default': {
        const value = this.variable(braces.name);
        const set = value !== undefined && !(braces.colon && value === '');
        const rewrite =
          braces.operator === '?' || (braces.operator !== '+' && set)
            ? `\${${braces.name}}`
            : braces.operator === '+' && !set
              ? ''
              : braces.word;
        return this.refuse('command.parameter', start, rewrite === '' && !quoted ? "''" : rewrite);
      }
    }
  }

  /** ACR's host has no variable of the step: there the text is empty. */
  private named(name: string, start: number, quoted: boolean): void {
    const value = this.variable(name);
    const span = { offset: start, length: this.at - start };
    this.report(value === undefined ? 'command.unknownVariable' : 'command.variable', span, {
      name: excerpt(name),
      rewrite: this.keptFrom(start, quoted),
    });
    this.addValue(value ?? '', quoted);
  }

  /** The host's shell was started without parameters and had done nothing before. */
  private special(name: string, start: number, quoted: boolean): void {
    if (name === '$' || name === '-' || /^0+$/.test(name)) {
      return this.refuse('command.substitution', start, this.keptFrom(start, quoted));
    }
    const value = name === '?' || name === '#' ? '0' : '';
    this.report(
      'command.specialParameter',
      { offset: start, length: this.at - start },
      { text: this.text.slice(start, this.at), value, rewrite: this.keptFrom(start, quoted) },
    );
    this.addValue(value, quoted && name !== '@');
  }

  private substitution(quoted: boolean): void {
    const start = this.at;
    this.openWord();
    const end = endOfExpansion(this.text, start, quoted);
    if (end === undefined) return this.neverEnds(this.text[start] === '`' ? 1 : 2);
    this.at = end;
    this.refuse('command.substitution', start, this.keptFrom(start, quoted), !quoted);
  }

  private operator(): void {
    const start = this.startOfOperator();
    const run = this.take(operatorRun);
    if (/[<>]&$/.test(run)) this.take(descriptorRun);
    this.lastEnd = this.at;
    this.newLine = false;
    const before = this.text[start - 1] ?? ' ';
    const after = this.text[this.at] ?? ' ';
    const free = /\s/.test(before) || (!/^[<>]/.test(run) && /\s/.test(after));
    const text = this.text.slice(start, this.at);
    const span = { offset: start, length: this.at - start };
    this.report('command.operator', span, { text: excerpt(text), rewrite: kept(text, false) }, free);
  }

  /** Digits right in front of a redirection belong to it; everything else in front is a word of its own. */
  private startOfOperator(): number {
    const { word, at, text } = this;
    if (word !== undefined && /[<>]/.test(text[at] ?? '') && /^\d+$/.test(text.slice(word.offset, at))) {
      this.word = undefined;
      return word.offset;
    }
    this.endWord();
    return at;
  }

  private comment(): void {
    const newline = this.text.indexOf('\n', this.at);
    const end = newline < 0 ? this.text.length : newline;
    const text = excerpt(this.text.slice(this.at, end));
    this.report('command.comment', { offset: this.at, length: end - this.at }, { text });
    this.at = end;
  }

  /** What only a shell could do: the word keeps it as it is written. */
  private refuse(code: CommandFindingCode, start: number, rewrite: string, shellWork = false): void {
    const text = this.text.slice(start, this.at);
    this.report(code, { offset: start, length: text.length }, { text: excerpt(text), rewrite }, shellWork);
    this.add(text);
  }

  private neverEnds(opened: number): void {
    this.unterminated(this.at, opened);
    this.add(this.text.slice(this.at));
    this.at = this.text.length;
  }

  private unterminated(offset: number, length: number): void {
    const text = this.text.slice(offset, offset + length);
    this.report('command.unterminatedQuote', { offset, length }, { text });
  }

  private keptFrom(start: number, quoted: boolean): string {
    return kept(this.text.slice(start, this.at), quoted);
  }

  private take(run: RegExp): string {
    run.lastIndex = this.at;
    const taken = run.exec(this.text)?.[0] ?? '';
    this.at += taken.length;
    return taken;
  }

  private openWord(): void {
    if (this.word !== undefined) return;
    this.word = { offset: this.at, parts: [] };
    if (this.newLine && this.lastEnd !== undefined) {
      const indent = this.text.slice(this.text.lastIndexOf('\n', this.at) + 1, this.at);
      const span = { offset: this.lastEnd, length: this.at - this.lastEnd };
      this.report('command.newline', span, { rewrite: ` \\\n${indent}` });
    }
    this.newLine = false;
  }

  private add(part: string): void {
    this.word?.parts.push(part);
  }

  private addValue(value: string, quoted: boolean): void {
    if (quoted || value !== '') this.add(value);
  }

  private endWord(): void {
    const { word, at } = this;
    if (word === undefined) return;
    this.word = undefined;
    this.lastEnd = at;
    if (word.parts.length > 0)
      this.words.push({ text: word.parts.join(''), offset: word.offset, length: at - word.offset });
  }

  private report(code: CommandFindingCode, span: Span, params: CommandFinding['params'] = {}, shellWork = false): void {
    const finding = this.findings.add(code, span, params);
    if (shellWork && finding !== undefined) this.shellWork.push(finding);
  }
}
