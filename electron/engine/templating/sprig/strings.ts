import { byteLength, fromBytes, isAscii, sliceBytes, toBytes } from '../byte-text.ts';
import { printed } from '../fmt/printer.ts';
import { type Scope, takes, takesRest, type TemplateFunction } from '../functions.ts';
import { isSpace, mapLetters, toLower, toTitle, toUpper, trimSpace, withoutSpaces } from '../letters.ts';
import type { Budget } from '../limits.ts';
import { quote } from '../quote.ts';
import { CallFailed } from '../template-error.ts';
import type { Value } from '../values.ts';
import { camelCase, separatedCase, swapCase, uncapitalize } from './letter-case.ts';
import { wrap } from './wrap.ts';

/** Go's `text[start:end]`: bytes, and its words where there are none. */
function sliced(text: string, start: bigint, end?: bigint): string {
  const length = BigInt(byteLength(text));
  const to = end ?? length;
  if (to < 0n) throw outOfRange(`[:${to}]`);
  if (to > length) throw outOfRange(`[:${to}] with length ${length}`);
  if (start < 0n) throw outOfRange(`[${start}:]`);
  if (start > to) throw outOfRange(`[${start}:${to}]`);
  return sliceBytes(text, Number(start), Number(to));
}

function outOfRange(what: string): CallFailed {
  return new CallFailed(`runtime error: slice bounds out of range ${what}`);
}

/** For a text that is made from another, and no longer. */
function pay({ budget }: Scope, text: string): void {
  budget.allocate(text.length);
}

function mapping(map: (text: string) => string): TemplateFunction {
  return takes(['string'], ({ budget }, text) => {
    // Each letter is looked at on its own.
    budget.spend(text.length);
    budget.allocate(8 * text.length);
    return map(text);
  });
}

/** Looking for a part takes as many steps as both have letters, multiplied, in the worst case. */
export function paySearch(budget: Budget, text: string, part: string): void {
  budget.spend((text.length * part.length) / 256);
}

const trimAll = takes(['string', 'string'], (scope, cutset, text) => {
  pay(scope, text);
  const letters = new Set(cutset);
  let start = 0;
  for (const letter of text) {
    if (!letters.has(letter)) break;
    start += letter.length;
  }
  let end = text.length;
  while (end > start) {
    const pair = /[\uDC00-\uDFFF]/.test(text.charAt(end - 1)) && /[\uD800-\uDBFF]/.test(text.charAt(end - 2));
    const size = pair ? 2 : 1;
    if (!letters.has(text.slice(end - size, end))) break;
    end -= size;
  }
  return text.slice(start, end);
});

/** As in Masterminds/goutils: bytes, and none of its errors, which sprig drops. */
function abbreviate(text: string, offset: number, width: number): string {
  const length = byteLength(text);
  if (length <= width) return text;
  let start = Math.min(offset, length);
  if (length - start < width - 3) start = length - (width - 3);
  if (start <= 4) return `${sliceBytes(text, 0, width - 3)}...`;
  if (width < 7) return '';
  if (start + width - 3 < length) return `...${abbreviate(sliceBytes(text, start), 0, width - 3)}`;
  return `...${sliceBytes(text, length - (width - 3))}`;
}

/** Each first letter. (The original takes bytes for letters, and makes rubbish of what isn't ASCII.) */
function initials(text: string): string {
  let before = ' ';
  return mapLetters(text, (letter) => {
    const begins = isSpace(before) && !isSpace(letter);
    before = letter;
    return begins ? letter : '';
  });
}

function repeated({ budget }: Scope, count: bigint, text: string): string {
  if (count < 0n) throw new CallFailed('strings: negative Repeat count');
  if (text === '') return '';
  if (count > (2n ** 63n - 1n) / BigInt(byteLength(text)))
    throw new CallFailed('strings: Repeat count causes overflow');
  budget.allocate(Number(count) * text.length);
  return text.repeat(Number(count));
}

function indented(scope: Scope, spaces: bigint, text: string): string {
  const pad = repeated(scope, spaces, ' ');
  const lines = text.split('\n');
  scope.budget.allocate(text.length + lines.length * (pad.length + 8));
  return pad + lines.join(`\n${pad}`);
}

/** Go's `strings.ReplaceAll`: no text at all stands before each letter and at the end. */
export function replaceAll(budget: Budget, text: string, old: string, replacement: string): string {
  paySearch(budget, text, old);
  budget.allocate(old === '' ? 16 * text.length : 0);
  const parts = old === '' ? ['', ...Array.from(text), ''] : text.split(old);
  budget.allocate(text.length + parts.length * (replacement.length + 8));
  return parts.join(replacement);
}

function quoted({ budget }: Scope, values: readonly Value[], one: (text: string) => string): string {
  const texts = values.filter((value) => value !== null).map((value) => printed(budget, value));
  for (const text of texts) {
    budget.spend(text.length >> 2);
    budget.allocate(6 * text.length + 3);
  }
  return texts.map(one).join(' ');
}

/** Bytes are wrapped in the original, so here each stands as a letter meanwhile. */
function wrapped({ budget }: Scope, width: bigint, separator: string, text: string, breaksWords: boolean): string {
  const size = Number(width < 1n ? 1n : width);
  budget.allocate(4 * text.length + Math.ceil(text.length / size) * 3 * separator.length);
  budget.spend(text.length >> 2);
  if (isAscii(text) && isAscii(separator)) return wrap(text, size, separator, breaksWords);
  const bytes = wrap(toBytes(text).toString('latin1'), size, toBytes(separator).toString('latin1'), breaksWords);
  return fromBytes(Buffer.from(bytes, 'latin1'));
}

/** sprig's functions about text. Positions and lengths are bytes, as in Go. */
export const strings: Readonly<Record<string, TemplateFunction>> = {
  abbrev: takes(['int', 'string'], (scope, width, text) => {
    pay(scope, text);
    return width < 4n ? text : abbreviate(text, 0, Number(width));
  }),
  abbrevboth: takes(['int', 'int', 'string'], (scope, left, right, text) => {
    pay(scope, text);
    if (right < 4n || (left > 0n && right < 7n)) return text;
    return abbreviate(text, Number(left), Number(right));
  }),
  trunc: takes(['int', 'string'], (scope, length, text) => {
    pay(scope, text);
    return BigInt(byteLength(text)) <= length ? text : sliced(text, 0n, length);
  }),
  substr: takes(['int', 'int', 'string'], (scope, start, end, text) => {
    pay(scope, text);
    if (start < 0n) return sliced(text, 0n, end);
    if (end < 0n || end > BigInt(byteLength(text))) return sliced(text, start);
    return sliced(text, start, end);
  }),
  trim: takes(['string'], (scope, text) => {
    pay(scope, text);
    return trimSpace(text);
  }),
  trimAll,
  trimall: trimAll,
  trimPrefix: takes(['string', 'string'], (scope, prefix, text) => {
    pay(scope, text);
    return text.startsWith(prefix) ? text.slice(prefix.length) : text;
  }),
  trimSuffix: takes(['string', 'string'], (scope, suffix, text) => {
    pay(scope, text);
    return text.endsWith(suffix) ? text.slice(0, text.length - suffix.length) : text;
  }),
  upper: mapping(toUpper),
  lower: mapping(toLower),
  title: mapping(toTitle),
  untitle: mapping(uncapitalize),
  swapcase: mapping(swapCase),
  camelcase: mapping(camelCase),
  snakecase: mapping((text) => separatedCase(text, '_')),
  kebabcase: mapping((text) => separatedCase(text, '-')),
  /** (The original takes bytes for letters here too.) */
  nospace: mapping(withoutSpaces),
  initials: mapping(initials),
  repeat: takes(['int', 'string'], repeated),
  wrap: takes(['int', 'string'], (scope, width, text) => wrapped(scope, width, '\n', text, false)),
  wrapWith: takes(['int', 'string', 'string'], (scope, width, separator, text) =>
    wrapped(scope, width, separator === '' ? '\n' : separator, text, true),
  ),
  contains: takes(['string', 'string'], ({ budget }, part, text) => {
    paySearch(budget, text, part);
    return text.includes(part);
  }),
  hasPrefix: takes(['string', 'string'], (_, part, text) => text.startsWith(part)),
  hasSuffix: takes(['string', 'string'], (_, part, text) => text.endsWith(part)),
  quote: takesRest([], 'interface {}', (scope, values) => quoted(scope, values, (text) => quote(text))),
  squote: takesRest([], 'interface {}', (scope, values) => quoted(scope, values, (text) => `'${text}'`)),
  cat: takesRest([], 'interface {}', (scope, values) => quoted(scope, values, (text) => text)),
  indent: takes(['int', 'string'], indented),
  nindent: takes(['int', 'string'], (scope, spaces, text) => `\n${indented(scope, spaces, text)}`),
  replace: takes(['string', 'string', 'string'], ({ budget }, old, replacement, text) =>
    replaceAll(budget, text, old, replacement),
  ),
  plural: takes(['string', 'string', 'int'], (_, one, many, count) => (count === 1n ? one : many)),
  toString: takes(['interface {}'], ({ budget }, value) => printed(budget, value)),
};
