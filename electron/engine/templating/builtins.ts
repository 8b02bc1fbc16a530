import { byteLength, TextBuilder, toBytes } from './byte-text.ts';
import { comparisons } from './compare.ts';
import { sprint, sprintln } from './fmt/printer.ts';
import { sprintf } from './fmt/printf.ts';
import { type Scope, takes, takesRest, type TemplateFunction } from './functions.ts';
import { isPrint } from './letters.ts';
import { CallFailed } from './template-error.ts';
import {
  Dict,
  elementOf,
  integerOf,
  isTrue,
  List,
  nilInterface,
  SizedInteger,
  typeName,
  type Value,
  withoutInterface,
} from './values.ts';

/** `index x 1 "a"` is x[1]["a"]. */
function index(first: Value, indexes: readonly Value[]): Value {
  let item = withoutInterface(first);
  if (item === null) throw new CallFailed('index of untyped nil');
  for (const place of indexes) {
    if (item === nilInterface) throw new CallFailed('index of nil pointer');
    item = elementAt(item, withoutInterface(place));
  }
  return item;
}

function elementAt(item: Value, place: Value): Value {
  if (item instanceof Dict) {
    if (place === null) throw new CallFailed('value is nil; should be of type string');
    if (typeof place !== 'string') throw new CallFailed(`value has type ${typeName(place)}; should be string`);
    return elementOf(item, item.entries.get(place) ?? (item.element === 'string' ? '' : null));
  }
  if (item instanceof List) {
    const at = position(place, item.items.length);
    if (at === item.items.length) throw new CallFailed('reflect: slice index out of range');
    return elementOf(item, item.items[at] ?? null);
  }
  if (typeof item === 'string') {
    const bytes = toBytes(item);
    const at = position(place, bytes.length);
    const byte = bytes[at];
    if (byte === undefined) throw new CallFailed('reflect: string index out of range');
    return new SizedInteger('uint8', BigInt(byte));
  }
  throw new CallFailed(`can't index item of type ${typeName(item)}`);
}

/** Up to and with `greatest`. */
function position(place: Value, greatest: number): number {
  if (place === null) throw new CallFailed('cannot index slice/array with nil');
  const at = integerOf(place);
  if (at === undefined) throw new CallFailed(`cannot index slice/array with type ${typeName(place)}`);
  if (at < 0n || at > BigInt(greatest)) throw new CallFailed(`index out of range: ${at}`);
  return Number(at);
}

function length(value: Value): bigint {
  if (value === nilInterface) throw new CallFailed('len of nil pointer');
  if (value === null) throw new CallFailed('reflect: call of reflect.Value.Type on zero Value');
  if (typeof value === 'string') return BigInt(byteLength(value));
  if (value instanceof List) return BigInt(value.items.length);
  if (value instanceof Dict) return BigInt(value.entries.size);
  throw new CallFailed(`len of type ${typeName(value)}`);
}

const htmlEscapes: Readonly<Record<string, string>> = {
  '\0': '\uFFFD',
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
};

function escapeHtml(text: string): string {
  return text.replaceAll(/[\0"'&<>]/g, (letter) => htmlEscapes[letter] ?? letter);
}

function escapeJs(text: string): string {
  return text.replaceAll(/[\\'"<>&=]|[^ -\u007f]/gu, (letter) => {
    if (letter === '\\' || letter === "'" || letter === '"') return `\\${letter}`;
    const code = letter.codePointAt(0) ?? 0;
    const shown = code >= 0xd800 && code <= 0xdfff ? 0xfffd : code;
    if (code > 0x7f && isPrint(String.fromCodePoint(shown))) return String.fromCodePoint(shown);
    return `\\u${shown.toString(16).toUpperCase().padStart(4, '0')}`;
  });
}

/** Go's `url.QueryEscape`. */
function escapeQuery(text: string): string {
  const escaped = new TextBuilder();
  for (const byte of toBytes(text)) {
    const letter = String.fromCharCode(byte);
    if (/[A-Za-z0-9_.~-]/.test(letter)) escaped.add(letter);
    else escaped.add(byte === 0x20 ? '+' : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`);
  }
  return escaped.toString();
}

/** Text of all arguments, as `print` writes it, escaped. */
function escaper(escape: (text: string) => string): TemplateFunction {
  return takesRest([], 'interface {}', ({ budget }, values) => {
    const [only] = values;
    const text = values.length === 1 && typeof only === 'string' ? only : textOf(budget, values);
    // A letter may become nine, and each is looked at on its own.
    budget.spend(text.length >> 2);
    budget.allocate(16 * text.length);
    return escape(text);
  });
}

/** A single value that isn't there is `<no value>`, as in the template itself. */
function textOf(budget: Scope['budget'], values: readonly Value[]): string {
  return sprint(
    budget,
    values.map((value) => value ?? '<no value>'),
  );
}

/** Evaluated by the engine itself: it leaves out what it needn't know. */
const shortCircuit = takesRest(['reflect.Value'], 'reflect.Value', (_, __, value) => value);

/** The functions that Go's text/template has on its own, but `slice`, which is sprig's here. */
export const builtins: Readonly<Record<string, TemplateFunction>> = {
  ...comparisons,
  and: shortCircuit,
  or: shortCircuit,
  not: takes(['reflect.Value'], (_, value) => !isTrue(value)),
  call: takesRest(['reflect.Value'], 'reflect.Value', (_, __, value) => {
    const called = withoutInterface(value);
    throw new CallFailed(called === null ? 'call of nil' : `non-function of type ${typeName(called)}`);
  }),
  index: takesRest(['reflect.Value'], 'reflect.Value', (_, indexes, item) => index(item, indexes)),
  len: takes(['reflect.Value'], (_, item) => length(item)),
  print: takesRest([], 'interface {}', ({ budget }, values) => sprint(budget, values)),
  println: takesRest([], 'interface {}', ({ budget }, values) => sprintln(budget, values)),
  printf: takesRest(['string'], 'interface {}', ({ budget }, values, format) => sprintf(budget, format, values)),
  html: escaper(escapeHtml),
  js: escaper(escapeJs),
  urlquery: escaper(escapeQuery),
};
