import type { Budget } from '../limits.ts';
import { integerOf, type Value } from '../values.ts';
import { noFlags } from './flags.ts';
import { Printer } from './printer.ts';

/** Go's `fmt.Sprintf`, with its words for what doesn't fit: `%!d(string=x)`, `%!s(MISSING)`, `%!(EXTRA int=1)`. */
export function sprintf(budget: Budget, format: string, values: readonly Value[]): string {
  return new Formatter(budget, format, values).run();
}

/** Greater numbers aren't taken for widths and precisions. */
const greatest = 1_000_000;

class Formatter {
  readonly #budget: Budget;
  readonly #format: string;
  readonly #values: readonly Value[];
  readonly #printer: Printer;
  #at = 0;
  #argument = 0;
  /** An index in brackets was the last thing. */
  #afterIndex = false;
  #goodIndex = true;
  #reordered = false;

  constructor(budget: Budget, format: string, values: readonly Value[]) {
    this.#budget = budget;
    this.#format = format;
    this.#values = values;
    this.#printer = new Printer(budget);
  }

  run(): string {
    while (this.#at < this.#format.length) {
      const found = this.#format.indexOf('%', this.#at);
      const end = found === -1 ? this.#format.length : found;
      if (end > this.#at) this.#printer.write(this.#format.slice(this.#at, end));
      this.#at = end + 1;
      if (found !== -1) this.#readDirective();
    }
    this.#writeExtra();
    return this.#printer.text;
  }

  #readDirective(): void {
    this.#budget.spend(1);
    this.#goodIndex = true;
    this.#afterIndex = false;
    this.#readFlags();
    this.#readIndex();
    this.#readWidth();
    this.#readPrecision();
    if (!this.#afterIndex) this.#readIndex();
    const code = this.#format.codePointAt(this.#at);
    if (code === undefined) {
      this.#printer.write('%!(NOVERB)');
      return;
    }
    const verb = String.fromCodePoint(code);
    this.#at += verb.length;
    const value = this.#values[this.#argument];
    if (verb === '%') {
      this.#printer.write('%');
    } else if (!this.#goodIndex) {
      this.#printer.write(`%!${verb}(BADINDEX)`);
    } else if (value === undefined) {
      this.#printer.write(`%!${verb}(MISSING)`);
    } else {
      const { flags } = this.#printer;
      if (verb === 'v') {
        flags.sharpV = flags.sharp;
        flags.sharp = false;
        flags.plusV = flags.plus;
        flags.plus = false;
      }
      this.#printer.print(value, verb);
      this.#argument += 1;
    }
  }

  #readFlags(): void {
    const flags = noFlags();
    this.#printer.flags = flags;
    for (; ; this.#at += 1) {
      switch (this.#format.charAt(this.#at)) {
        case '#':
          flags.sharp = true;
          break;
        case '0':
          flags.zero = !flags.minus;
          break;
        case '+':
          flags.plus = true;
          break;
        case '-':
          flags.minus = true;
          flags.zero = false;
          break;
        case ' ':
          flags.space = true;
          break;
        default:
          return;
      }
    }
  }

  /** `[2]`: which argument comes next. */
  #readIndex(): void {
    this.#afterIndex = false;
    if (this.#format.charAt(this.#at) !== '[') return;
    this.#reordered = true;
    const close = this.#format.indexOf(']', this.#at + 1);
    const digits = close === -1 ? '' : this.#format.slice(this.#at + 1, close);
    this.#at = close === -1 ? this.#at + 1 : close + 1;
    const index = /^[0-9]{1,7}$/.test(digits) ? Number(digits) - 1 : Number.NaN;
    if (index >= 0 && index < this.#values.length) {
      this.#argument = index;
      this.#afterIndex = true;
    } else {
      this.#goodIndex = false;
      this.#afterIndex = !Number.isNaN(index);
    }
  }

  #readWidth(): void {
    const { flags } = this.#printer;
    if (this.#format.charAt(this.#at) !== '*') {
      flags.width = this.#readNumber();
      if (this.#afterIndex && flags.width !== undefined) this.#goodIndex = false;
      return;
    }
    this.#at += 1;
    flags.width = this.#numberFromArgument();
    if (flags.width === undefined) {
      this.#printer.write('%!(BADWIDTH)');
    } else if (flags.width < 0) {
      flags.width = -flags.width;
      flags.minus = true;
      flags.zero = false;
    }
    this.#afterIndex = false;
  }

  #readPrecision(): void {
    const { flags } = this.#printer;
    // A point at the very end is no precision, but a verb.
    if (this.#format.charAt(this.#at) !== '.' || this.#at + 1 >= this.#format.length) return;
    this.#at += 1;
    if (this.#afterIndex) this.#goodIndex = false;
    this.#readIndex();
    if (this.#format.charAt(this.#at) !== '*') {
      flags.precision = this.#readNumber() ?? 0;
      return;
    }
    this.#at += 1;
    const precision = this.#numberFromArgument();
    flags.precision = precision !== undefined && precision >= 0 ? precision : undefined;
    if (flags.precision === undefined) this.#printer.write('%!(BADPREC)');
    this.#afterIndex = false;
  }

  /** A number in the format. One that is too large makes Go give up the rest of the format. */
  #readNumber(): number | undefined {
    let number: number | undefined;
    for (;;) {
      const digit = this.#format.charCodeAt(this.#at) - 48;
      if (!(digit >= 0 && digit <= 9)) return number;
      if (number !== undefined && number > greatest) {
        this.#at = this.#format.length;
        return undefined;
      }
      number = (number ?? 0) * 10 + digit;
      this.#at += 1;
    }
  }

  #numberFromArgument(): number | undefined {
    const value = this.#values[this.#argument];
    if (value === undefined) return undefined;
    this.#argument += 1;
    const integer = integerOf(value);
    if (integer === undefined || integer > BigInt(greatest) || integer < -BigInt(greatest)) return undefined;
    return Number(integer);
  }

  #writeExtra(): void {
    if (this.#reordered || this.#argument >= this.#values.length) return;
    this.#printer.flags = noFlags();
    this.#printer.write('%!(EXTRA ');
    for (const [index, value] of this.#values.slice(this.#argument).entries()) {
      if (index > 0) this.#printer.write(', ');
      this.#printer.writeExtra(value);
    }
    this.#printer.write(')');
  }
}
