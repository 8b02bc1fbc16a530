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
function sliced(text: string, start: number, end?: number): string {
  const length = byteLength(text);
  const to = end ?? length;
  if (to < 0) throw outOfRange(`[:${to}]`);
  if (to > length) throw outOfRange(`[:${to}] with length ${length}`);
  if (start < 0) throw outOfRange(`[${start}:]`);
  if (start > to) throw outOfRange(`[${start}:${to}]`);
  return sliceBytes(text, start, to);
}

function outOfRange(what: string): CallFailed {
  return new CallFailed(`runtime error: slice bounds out of range ${what}`);
}

/** Bytes of a text that is made from another by mapping its letters, at most. */
function pay({ budget }: Scope, text: string): void {
  budget.allocate(text.length);
}

function mapping(map: (text: string) => string): TemplateFunction {
  return takes(['string'], (scope, text) => {
    pay(scope, text);
    return map(text);
  });
}

function test(check: (text: string, part: string) => boolean): TemplateFunction {
  return takes(['string', 'string'], (_, part, text) => check(text, part));
}

const trimAll = takes(['string', 'string'], (scope, cutset, text) => {
  pay(scope, text);
  const letters = new Set(cutset);
  const all = Array.from(text);
  let start = 0;
  let end = all.length;
  while (start < end && letters.has(all[start] ?? '')) start += 1;
  while (end > start && letters.has(all[end - 1] ?? '')) end -= 1;
  return all.slice(start, end).join('');
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
  const parts = old === '' ? ['', ...Array.from(text), ''] : text.split(old);
  budget.allocate(text.length + parts.length * (replacement.length + 8));
  return parts.join(replacement);
}

function quoted({ budget }: Scope, values: readonly Value[], one: (text: string) => string): string {
  const texts = values.filter((value) => value !== null).map((value) => printed(budget, value));
  for (const text of texts) budget.allocate(4 * text.length + 3);
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
    return BigInt(byteLength(text)) <= length ? text : sliced(text, 0, Number(length));
  }),
  substr: takes(['int', 'int', 'string'], (scope, start, end, text) => {
    pay(scope, text);
    if (start < 0n) return sliced(text, 0, Number(end));
    if (end < 0n || end > BigInt(byteLength(text))) return sliced(text, Number(start));
    return sliced(text, Number(start), Number(end));
  }),
  trim: mapping(trimSpace),
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
  camelcase: takes(['string'], ({ budget }, text) => {
    budget.allocate(16 * text.length);
    return camelCase(text);
  }),
  snakecase: takes(['string'], ({ budget }, text) => {
    budget.allocate(16 * text.length);
    return separatedCase(text, '_');
  }),
  kebabcase: takes(['string'], ({ budget }, text) => {
    budget.allocate(16 * text.length);
    return separatedCase(text, '-');
  }),
  /** (The original takes bytes for letters here too.) */
  nospace: mapping(withoutSpaces),
  initials: mapping(initials),
  repeat: takes(['int', 'string'], repeated),
  wrap: takes(['int', 'string'], (scope, width, text) => wrapped(scope, width, '\n', text, false)),
  wrapWith: takes(['int', 'string', 'string'], (scope, width, separator, text) =>
    wrapped(scope, width, separator === '' ? '\n' : separator, text, true),
  ),
  contains: test((text, part) => text.includes(part)),
  hasPrefix: test((text, part) => text.startsWith(part)),
  hasSuffix: test((text, part) => text.endsWith(part)),
  quote: takesRest([], 'interface {}', (scope, values) => quoted(scope, values, quote)),
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
