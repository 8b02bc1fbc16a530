import { takes, type TemplateFunction } from '../functions.ts';
import type { Budget } from '../limits.ts';
import { formatTime } from '../time/format-time.ts';
import { Time } from '../time/time.ts';
import { Certificate } from './certificate.ts';
import { Complex, Dict, List, nilInterface, SizedInteger, type Value } from '../values.ts';

/** What has no JSON: Go's encoder gives up, and sprig then gives an empty text. */
class NoJson extends Error {}

const escapes: Readonly<Record<string, string>> = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

const special = /["\\<>&\u2028\u2029]|[^ -\u007f\P{ASCII}]|\p{Cs}/u;
const specials = new RegExp(special, 'gu');

/** Go escapes `<`, `>` and `&` as well, and the two line ends that JavaScript knows. */
function text(budget: Budget, value: string): string {
  budget.allocate(value.length + 2);
  if (!special.test(value)) return `"${value}"`;
  budget.allocate(24 * value.length);
  const escaped = value.replaceAll(specials, (letter) => {
    const code = letter.charCodeAt(0);
    if (code >= 0xd800 && code <= 0xdfff) return '\\ufffd';
    return escapes[letter] ?? `\\u${code.toString(16).padStart(4, '0')}`;
  });
  return `"${escaped}"`;
}

function number(value: number): string {
  if (!Number.isFinite(value)) throw new NoJson();
  return Object.is(value, -0) ? '-0' : String(value);
}

function time(value: Time): string {
  const { year } = value.civil();
  if (year < 0 || year >= 10_000) throw new NoJson();
  return `"${formatTime(value, '2006-01-02T15:04:05.999999999Z07:00')}"`;
}

/** `indent`: blanks a level; without it all stands in one line. */
function encode(budget: Budget, value: Value, indent: number, level: number): string {
  budget.spend(1);
  budget.allocate(64 + indent * level);
  if (value === null || value === nilInterface) return 'null';
  switch (typeof value) {
    case 'boolean':
    case 'bigint':
      return String(value);
    case 'number':
      return number(value);
    case 'string':
      return text(budget, value);
    default:
      break;
  }
  if (value instanceof SizedInteger) return String(value.value);
  if (value instanceof Complex) throw new NoJson();
  if (value instanceof Time) return time(value);
  if (value instanceof List) {
    if (value.isNil) return 'null';
    budget.enter();
    const items = value.items.map((item) => encode(budget, item, indent, level + 1));
    budget.leave();
    return enclose(budget, ['[', ']'], items, indent, level);
  }
  if (value instanceof Dict) {
    if (value.isNil) return 'null';
    budget.enter();
    const entries = value
      .sortedKeys()
      .map((key) => `${text(budget, key)}:${indent > 0 ? ' ' : ''}${encodeEntry(budget, value, key, indent, level)}`);
    budget.leave();
    return enclose(budget, ['{', '}'], entries, indent, level);
  }
  if (value instanceof Certificate) {
    const entries = value.fields.map(([key, field]) => `"${key}":${indent > 0 ? ' ' : ''}${text(budget, field)}`);
    return enclose(budget, ['{', '}'], entries, indent, level);
  }
  return text(budget, value.toString());
}

function encodeEntry(budget: Budget, dict: Dict, key: string, indent: number, level: number): string {
  return encode(budget, dict.entries.get(key) ?? null, indent, level + 1);
}

function enclose(
  budget: Budget,
  [open, close]: readonly [string, string],
  parts: readonly string[],
  indent: number,
  level: number,
): string {
  // What is nested is written once more for each level around it.
  for (const part of parts) budget.allocate(part.length);
  if (indent === 0 || parts.length === 0) return `${open}${parts.join(',')}${close}`;
  const line = `\n${' '.repeat(indent * (level + 1))}`;
  return `${open}${line}${parts.join(`,${line}`)}\n${' '.repeat(indent * level)}${close}`;
}

function encoder(indent: number): TemplateFunction {
  return takes(['interface {}'], ({ budget }, value) => {
    try {
      return encode(budget, value, indent, 0);
    } catch (error) {
      if (error instanceof NoJson) return '';
      throw error;
    }
  });
}

/** `toJson` and `toPrettyJson`, as Go's encoding/json writes it. */
export const json: Readonly<Record<string, TemplateFunction>> = { toJson: encoder(0), toPrettyJson: encoder(2) };
