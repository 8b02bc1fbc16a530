import { TextBuilder, toBytes } from '../byte-text.ts';
import type { Budget } from '../limits.ts';
import { canBackquote, quote } from '../quote.ts';
import { Certificate } from '../sprig/certificate.ts';
import { SemanticVersion } from '../sprig/semantic-version.ts';
import { formatDuration } from '../time/duration.ts';
import { describeTime } from '../time/format-time.ts';
import { monthNames, Time, weekdayNames } from '../time/time.ts';
import { Complex, Dict, List, nilInterface, SizedInteger, type Value, typeName } from '../values.ts';
import { type Flags, noFlags, pad, truncated } from './flags.ts';
import { floatVerbs, formatFloat } from './format-float.ts';
import { formatInteger } from './format-integer.ts';

/** Writes values as Go's fmt does. What it writes is paid for before it is built. */
export class Printer {
  readonly #budget: Budget;
  flags: Flags = noFlags();
  readonly #text = new TextBuilder();
  #erroring = false;

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  write(text: string): void {
    this.#budget.allocate(text.length + 8);
    this.#text.add(text);
  }

  get text(): string {
    return this.#text.toString();
  }

  /** One argument under a verb. */
  print(value: Value, verb: string): void {
    if (value === null) {
      if (verb === 'T' || verb === 'v') this.write(pad(this.#budget, this.flags, '<nil>'));
      else this.#badVerb(value, verb);
      return;
    }
    if (verb === 'T') this.#string(typeName(value));
    else this.#value(value, verb, 0);
  }

  #value(value: Value, verb: string, depth: number): void {
    this.#budget.spend(1);
    if (value === null || value === nilInterface) {
      this.write(this.flags.sharpV ? 'interface {}(nil)' : '<nil>');
      return;
    }
    switch (typeof value) {
      case 'boolean':
        if (verb === 't' || verb === 'v') this.write(pad(this.#budget, this.flags, String(value)));
        else this.#badVerb(value, verb);
        return;
      case 'string':
        this.#words(value, value, verb);
        return;
      case 'bigint':
        this.#integer(value, value, verb);
        return;
      case 'number':
        if (floatVerbs.includes(verb)) this.write(formatFloat(this.#budget, this.flags, value, verb));
        else this.#badVerb(value, verb);
        return;
      default:
        break;
    }
    this.#object(value, verb, depth);
  }

  #object(value: Value & object, verb: string, depth: number): void {
    // For errors of Go alone, and no value of a template is one.
    if (verb === 'w' && !this.#erroring) {
      this.#badVerb(value, verb);
      return;
    }
    const described = this.#erroring || this.flags.sharpV || !'vsxXq'.includes(verb) ? undefined : describe(value);
    if (described !== undefined) this.#words(value, described, verb);
    else if (value instanceof SizedInteger) this.#integer(value, value.value, verb);
    else if (value instanceof Complex) this.#complex(value, verb);
    else if (value instanceof List) this.#list(value, verb, depth);
    else if (value instanceof Dict) this.#dict(value, verb, depth);
    else if (value instanceof Time) this.write(describeTime(value));
    else if (value instanceof Certificate) this.#struct('sprig.certificate', value.fields, verb, depth);
    else this.#version(value, verb, depth);
  }

  #words(value: Value, text: string, verb: string): void {
    switch (verb) {
      case 'v':
      case 's':
        if (this.flags.sharpV) this.#quoted(text);
        else this.#string(text);
        return;
      case 'q':
        this.#quoted(text);
        return;
      case 'x':
      case 'X':
        this.#hex(text, verb);
        return;
      default:
        this.#badVerb(value, verb);
    }
  }

  #string(text: string): void {
    this.write(pad(this.#budget, this.flags, truncated(this.flags, text)));
  }

  #quoted(text: string): void {
    const shown = truncated(this.flags, text);
    this.#budget.allocate(4 * shown.length);
    const quoted = this.flags.sharp && canBackquote(shown) ? `\`${shown}\`` : quote(shown, this.flags.plus);
    this.write(pad(this.#budget, this.flags, quoted));
  }

  #hex(text: string, verb: 'x' | 'X'): void {
    const { sharp, space, precision } = this.flags;
    this.#budget.allocate(12 * Math.min(text.length, precision ?? text.length));
    const bytes = toBytes(text).subarray(0, precision);
    const digits = bytes.toString('hex');
    const cased = verb === 'X' ? digits.toUpperCase() : digits;
    const prefix = sharp && bytes.length > 0 ? `0${verb}` : '';
    const spaced = space ? cased.replaceAll(/..(?!$)/g, `$& ${prefix}`) : cased;
    this.write(pad(this.#budget, this.flags, prefix + spaced));
  }

  #integer(value: Value, number: bigint, verb: string): void {
    const unsigned = value instanceof SizedInteger && value.type === 'uint8';
    const flags = verb === 'v' && this.flags.sharpV && unsigned ? { ...this.flags, sharp: true } : this.flags;
    const text = formatInteger(this.#budget, flags, number, flags === this.flags ? verb : 'x');
    if (text === undefined) this.#badVerb(value, verb);
    else this.write(text);
  }

  #complex(value: Complex, verb: string): void {
    if (!floatVerbs.includes(verb)) {
      this.#badVerb(value, verb);
      return;
    }
    const real = formatFloat(this.#budget, this.flags, value.real, verb);
    const imaginary = formatFloat(this.#budget, { ...this.flags, plus: true }, value.imaginary, verb);
    this.write(`(${real}${imaginary}i)`);
  }

  #list(list: List, verb: string, depth: number): void {
    if (this.flags.sharpV) {
      this.write(typeName(list));
      if (list.isNil) {
        this.write('(nil)');
        return;
      }
    }
    this.#budget.enter();
    this.write(this.flags.sharpV ? '{' : '[');
    for (const [index, item] of list.items.entries()) {
      if (index > 0) this.write(this.flags.sharpV ? ', ' : ' ');
      this.#value(item, verb, depth + 1);
    }
    this.write(this.flags.sharpV ? '}' : ']');
    this.#budget.leave();
  }

  #dict(dict: Dict, verb: string, depth: number): void {
    if (this.flags.sharpV) {
      this.write(typeName(dict));
      if (dict.isNil) {
        this.write('(nil)');
        return;
      }
    }
    this.#budget.enter();
    this.#budget.spend(dict.entries.size);
    this.write(this.flags.sharpV ? '{' : 'map[');
    for (const [index, key] of dict.sortedKeys().entries()) {
      if (index > 0) this.write(this.flags.sharpV ? ', ' : ' ');
      this.#value(key, verb, depth + 1);
      this.write(':');
      this.#value(dict.entries.get(key) ?? null, verb, depth + 1);
    }
    this.write(this.flags.sharpV ? '}' : ']');
    this.#budget.leave();
  }

  /** As the struct that it is in Go, where a text isn't asked for. */
  #version(version: SemanticVersion, verb: string, depth: number): void {
    const { major, minor, patch, prerelease: pre, metadata, original } = version;
    const fields = Object.entries({ major, minor, patch, pre, metadata, original }).map(
      ([name, field]) => [name, typeof field === 'bigint' ? new SizedInteger('int64', field) : field] as const,
    );
    this.write('&');
    this.#struct('semver.Version', fields, verb, depth);
  }

  #struct(type: string, fields: readonly (readonly [name: string, value: Value])[], verb: string, depth: number): void {
    this.write(this.flags.sharpV ? `${type}{` : '{');
    for (const [index, [name, field]] of fields.entries()) {
      if (index > 0) this.write(this.flags.sharpV ? ', ' : ' ');
      if (this.flags.sharpV || this.flags.plusV) this.write(`${name}:`);
      this.#value(field, verb, depth + 1);
    }
    this.write('}');
  }

  /** `%!d(string=x)` */
  #badVerb(value: Value, verb: string): void {
    this.#erroring = true;
    this.write(`%!${verb}(`);
    if (value === null) {
      this.write('<nil>');
    } else {
      this.write(`${typeName(value)}=`);
      this.#value(value, 'v', 0);
    }
    this.write(')');
    this.#erroring = false;
  }

  /** An argument that no verb asked for. */
  writeExtra(value: Value): void {
    if (value === null) {
      this.write('<nil>');
      return;
    }
    this.write(`${typeName(value)}=`);
    this.print(value, 'v');
  }
}

/** What a type says of itself: Go's `String` methods. */
export function describe(value: Value): string | undefined {
  if (value instanceof Time) return describeTime(value);
  if (value instanceof SemanticVersion) return value.toString();
  if (!(value instanceof SizedInteger)) return undefined;
  switch (value.type) {
    case 'time.Duration':
      return formatDuration(value.value);
    case 'time.Month':
      return monthNames[Number(value.value) - 1] ?? `%!Month(${value.value})`;
    case 'time.Weekday':
      return weekdayNames[Number(value.value)] ?? `%!Weekday(${value.value})`;
    case 'int64':
    case 'uint8':
      return undefined;
  }
}

/** Go's `fmt.Sprint`: a blank between two operands of which none is a string. */
export function sprint(budget: Budget, values: readonly Value[]): string {
  const printer = new Printer(budget);
  let afterString = true;
  for (const value of values) {
    const isString = typeof value === 'string';
    if (!isString && !afterString) printer.write(' ');
    printer.print(value, 'v');
    afterString = isString;
  }
  return printer.text;
}

export function sprintln(budget: Budget, values: readonly Value[]): string {
  const printer = new Printer(budget);
  for (const [index, value] of values.entries()) {
    if (index > 0) printer.write(' ');
    printer.print(value, 'v');
  }
  printer.write('\n');
  return printer.text;
}

/** `%v` of one value. */
export function printed(budget: Budget, value: Value): string {
  if (typeof value === 'string') return value;
  return sprint(budget, [value]);
}
