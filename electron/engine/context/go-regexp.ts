/** Characters as inclusive ranges of code points. */
type Ranges = readonly (readonly [low: number, high: number])[];

const digit: Ranges = [[0x30, 0x39]];
const upper: Ranges = [[0x41, 0x5a]];
const lower: Ranges = [[0x61, 0x7a]];
const word: Ranges = [...digit, ...upper, [0x5f, 0x5f], ...lower];

/** `[[:name:]]`, as Go's regexp/syntax has them: ASCII only. */
const namedClasses: Readonly<Record<string, Ranges>> = {
  alnum: [...digit, ...upper, ...lower],
  alpha: [...upper, ...lower],
  ascii: [[0, 0x7f]],
  blank: [
    [0x09, 0x09],
    [0x20, 0x20],
  ],
  cntrl: [
    [0, 0x1f],
    [0x7f, 0x7f],
  ],
  digit,
  graph: [[0x21, 0x7e]],
  lower,
  print: [[0x20, 0x7e]],
  punct: [
    [0x21, 0x2f],
    [0x3a, 0x40],
    [0x5b, 0x60],
    [0x7b, 0x7e],
  ],
  space: [
    [0x09, 0x0d],
    [0x20, 0x20],
  ],
  upper,
  word,
  xdigit: [...digit, [0x41, 0x46], [0x61, 0x66]],
};

/** `\d` and its like. */
const letterClasses: Readonly<Record<string, Ranges>> = {
  d: digit,
  w: word,
  s: [
    [0x09, 0x0a],
    [0x0c, 0x0d],
    [0x20, 0x20],
  ],
};

const controlEscapes: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };

/**
 * A regular expression in Go's syntax as one in JavaScript's: of that syntax, what a `.dockerignore` pattern can become
 * in moby/patternmatcher. Where Go and JavaScript read the same text differently (classes, escapes, `.` and line ends),
 * Go's reading holds.
 *
 * @throws SyntaxError for what Go refuses to compile. (`\Q…\E`, which Go accepts, is refused as well.)
 */
export function fromGoRegExp(source: string): RegExp {
  const reader = new Reader(source);
  let out = '';
  while (!reader.atEnd) {
    const next = reader.take();
    if (next === '[') out += readClass(reader);
    else if (next === '\\') out += readEscape(reader);
    else if (next === '.') out += '[^\\n]';
    else if (next === ']' || next === '{' || next === '}' || next === '-')
      out += `\\u{${codePoint(next).toString(16)}}`;
    else out += next;
  }
  return new RegExp(out, 'u');
}

class Reader {
  readonly #source: readonly string[];
  #at = 0;

  constructor(source: string) {
    this.#source = Array.from(source);
  }

  get atEnd(): boolean {
    return this.#at >= this.#source.length;
  }

  peek(offset = 0): string | undefined {
    return this.#source[this.#at + offset];
  }

  take(): string {
    const next = this.#source[this.#at++];
    if (next === undefined) throw new SyntaxError('the pattern ends too early');
    return next;
  }

  /** What lies before `end` (ASCII), both taken; nothing when there is no `end`. */
  takeUntil(end: string): string | undefined {
    const rest = this.#source.slice(this.#at).join('');
    const length = rest.indexOf(end);
    if (length < 0) return undefined;
    const text = rest.slice(0, length);
    this.#at += Array.from(text).length + end.length;
    return text;
  }
}

function readClass(reader: Reader): string {
  const negated = reader.peek() === '^';
  if (negated) reader.take();
  let members = '';
  for (let first = true; first || reader.peek() !== ']'; first = false) {
    members += readNamedClass(reader) ?? readLetterClass(reader) ?? readRange(reader);
  }
  reader.take();
  return `[${negated ? '^' : ''}${members}]`;
}

function readNamedClass(reader: Reader): string | undefined {
  if (reader.peek() !== '[' || reader.peek(1) !== ':') return undefined;
  const text = reader.takeUntil(':]');
  if (text === undefined) return undefined;
  const negated = text.startsWith('[:^');
  const ranges = namedClasses[text.slice(negated ? 3 : 2)];
  if (ranges === undefined) throw new SyntaxError(`no such class: ${text}:]`);
  return members(ranges, negated);
}

function readLetterClass(reader: Reader): string | undefined {
  if (reader.peek() !== '\\') return undefined;
  const letter = reader.peek(1) ?? '';
  const ranges = letterClasses[letter.toLowerCase()];
  if (ranges === undefined && letter !== 'p' && letter !== 'P') return undefined;
  reader.take();
  reader.take();
  return ranges === undefined ? unicodeClass(letter, reader) : members(ranges, letter !== letter.toLowerCase());
}

function readRange(reader: Reader): string {
  const low = readClassCharacter(reader);
  if (reader.peek() !== '-' || reader.peek(1) === ']' || reader.peek(1) === undefined)
    return members([[low, low]], false);
  reader.take();
  const high = readClassCharacter(reader);
  if (high < low) throw new SyntaxError('a range that runs backwards');
  return members([[low, high]], false);
}

function readClassCharacter(reader: Reader): number {
  const next = reader.take();
  return next === '\\' ? readEscapedCharacter(reader) : codePoint(next);
}

function readEscape(reader: Reader): string {
  const letter = reader.peek() ?? '';
  const ranges = letterClasses[letter.toLowerCase()];
  if (ranges !== undefined) {
    reader.take();
    return `[${members(ranges, letter !== letter.toLowerCase())}]`;
  }
  switch (letter) {
    case 'A':
    case 'z':
    case 'b':
    case 'B':
      reader.take();
      return letter === 'A' ? '^' : letter === 'z' ? '$' : `\\${letter}`;
    case 'p':
    case 'P':
      reader.take();
      return unicodeClass(letter, reader);
    default:
      return members([[readEscapedCharacter(reader), undefined]], false);
  }
}

function readEscapedCharacter(reader: Reader): number {
  const next = reader.take();
  const control = controlEscapes[next];
  if (control !== undefined) return control;
  if (next === 'x') return Number.parseInt(hexadecimal(reader) + hexadecimal(reader), 16);
  if (/[0-7]/.test(next)) {
    // A single digit but 0 would be a back reference, which Go doesn't have.
    if (next !== '0' && !/[0-7]/.test(reader.peek() ?? '')) throw new SyntaxError(`no such escape: \\${next}`);
    let digits = next;
    while (digits.length < 3 && /[0-7]/.test(reader.peek() ?? '')) digits += reader.take();
    return Number.parseInt(digits, 8);
  }
  if (codePoint(next) >= 0x80 || /[0-9A-Za-z]/.test(next)) throw new SyntaxError(`no such escape: \\${next}`);
  return codePoint(next);
}

function hexadecimal(reader: Reader): string {
  const next = reader.take();
  if (!/[0-9A-Fa-f]/.test(next)) throw new SyntaxError('two hexadecimal digits have to follow \\x');
  return next;
}

/** `\pL`: braces can't follow, moby escapes them. */
function unicodeClass(letter: string, reader: Reader): string {
  const name = reader.take();
  if (!/[CLMNPSZ]/.test(name)) throw new SyntaxError(`no such class: \\${letter}${name}`);
  return `\\${letter}{${name}}`;
}

function members(ranges: readonly (readonly [low: number, high: number | undefined])[], negated: boolean): string {
  const escaped = (point: number) => `\\u{${point.toString(16)}}`;
  if (!negated) {
    return ranges
      .map(([low, high]) => (high === undefined ? escaped(low) : `${escaped(low)}-${escaped(high)}`))
      .join('');
  }
  let out = '';
  let from = 0;
  for (const [low, high] of ranges) {
    if (low > from) out += `${escaped(from)}-${escaped(low - 1)}`;
    from = (high ?? low) + 1;
  }
  return `${out}${escaped(from)}-${escaped(0x10ffff)}`;
}

function codePoint(character: string): number {
  return character.codePointAt(0) ?? 0;
}
