import { type CommandFinding, excerpt, FindingList, type Span } from './command-finding.ts';
import type { Word } from './shell-words.ts';

/** The flags of one docker command. */
export interface FlagTable {
  /** As people know it: `docker run`. */
  readonly command: string;
  /** Whether a flag, by its long name, takes a value. */
  readonly takesValue: ReadonlyMap<string, boolean>;
  /** Long names by their letter. */
  readonly letters: ReadonlyMap<string, string>;
}

/** One flag as it was given. */
export interface GivenFlag extends Span {
  /** Its long name. */
  readonly name: string;
  /** As it is written: `--tag`, `-t`. */
  readonly flag: string;
  /** `true` or `false` for one that takes no value. */
  readonly value: string;
}

export interface GivenFlags {
  /** In their order; those that are in error are left out. */
  readonly flags: readonly GivenFlag[];
  /** The words that are no flags. With a flag that isn't known, one of them may be its value. */
  readonly rest: readonly Word[];
  readonly findings: readonly CommandFinding[];
}

/**
 * Makes a table. Names are parted by blanks; one with a letter is written `tag,t`.
 * @example flagTable('docker build', { booleans: 'pull quiet,q', values: 'file,f tag,t' })
 */
export function flagTable(
  command: string,
  { booleans, values }: { readonly booleans: string; readonly values: string },
): FlagTable {
  const takesValue = new Map<string, boolean>();
  const letters = new Map<string, string>();
  for (const [names, value] of [
    [booleans, false],
    [values, true],
  ] as const) {
    for (const entry of names.trim().split(/\s+/)) {
      const [name = '', letter] = entry.split(',');
      takesValue.set(name, value);
      if (letter !== undefined) letters.set(letter, name);
    }
  }
  return { command, takesValue, letters };
}

/**
 * Parts flags from words as docker does, by the rules of Go's pflag: `--x v`, `--x=v`, `-x v`, `-xv`, `-x=v`, letters without
 * a value together (`-it`), `--flag=false`, and `--` in front of what is no flag any more.
 * @param interspersed whether flags may follow other words, as in `docker build`; in `docker run` the first one ends them
 */
export function readFlags(words: readonly Word[], table: FlagTable, interspersed: boolean): GivenFlags {
  const flags: GivenFlag[] = [];
  const rest: Word[] = [];
  const findings = new FindingList();

  /** A flag of `words[index]`, its value given with it or in the next word. Returns how many words more it took. */
  function take(index: number, name: string, flag: string, given: string | undefined): number {
    const word = words[index];
    if (word === undefined) return 0;
    const takesValue = table.takesValue.get(name) ?? false;
    const next = takesValue && given === undefined ? words[index + 1] : undefined;
    const last = next ?? word;
    const span = { offset: word.offset, length: last.offset + last.length - word.offset };
    const value = takesValue ? (given ?? next?.text) : readBoolean(given ?? 'true');
    if (value !== undefined) flags.push({ name, flag, value, ...span });
    else if (takesValue) findings.add('command.flagValueMissing', span, { flag });
    else findings.add('command.flagInvalid', span, invalid({ flag, value: given ?? '' }, `${flag}=false`));
    return next === undefined ? 0 : 1;
  }

  function takeLong(index: number, word: Word): number {
    const equals = word.text.indexOf('=');
    const flag = equals < 0 ? word.text : word.text.slice(0, equals);
    const given = equals < 0 ? undefined : word.text.slice(equals + 1);
    const name = flag.slice(2);
    if (table.takesValue.has(name)) return take(index, name, flag, given);
    const enough = findings.isFull('command.flagUnknown') || findings.isFull('command.flagMisspelled');
    const meant = enough ? undefined : nearest(name, table.takesValue.keys());
    const params = { flag: excerpt(flag), command: table.command };
    if (meant === undefined) {
      findings.add('command.flagUnknown', word, params);
      return 0;
    }
    const rewrite = `--${meant}`;
    // As it is written the flag may be quoted; its name is all that is replaced where it isn't.
    const length = word.length === word.text.length ? flag.length : word.length;
    findings.add('command.flagMisspelled', { offset: word.offset, length }, { ...params, rewrite });
    return table.takesValue.get(meant) && given === undefined && words[index + 1] !== undefined ? 1 : 0;
  }

  function takeLetters(index: number, word: Word): number {
    for (let at = 1; at < word.text.length; at += 1) {
      const letter = String.fromCodePoint(word.text.codePointAt(at) ?? 0);
      const flag = `-${letter}`;
      const name = table.letters.get(letter);
      if (name === undefined) {
        findings.add('command.flagUnknown', word, { flag, command: table.command });
        return 0;
      }
      const behind = word.text.slice(at + 1);
      if (behind.length > 1 && behind.startsWith('=')) return take(index, name, flag, behind.slice(1));
      if (table.takesValue.get(name)) return take(index, name, flag, behind === '' ? undefined : behind);
      take(index, name, flag, undefined);
    }
    return 0;
  }

  for (let index = 0; index < words.length; index += 1) {
    const word = words[index];
    if (word === undefined) break;
    if (word.text === '--') {
      return { flags, rest: [...rest, ...words.slice(index + 1)], findings: findings.all };
    }
    if (!word.text.startsWith('-') || word.text === '-') {
      if (!interspersed) return { flags, rest: words.slice(index), findings: findings.all };
      rest.push(word);
    } else index += word.text.startsWith('--') ? takeLong(index, word) : takeLetters(index, word);
  }
  return { flags, rest, findings: findings.all };
}

/** The parameters of `command.flagInvalid`. */
export function invalid(
  { flag, value }: { readonly flag: string; readonly value: string },
  example: string,
): CommandFinding['params'] {
  return { flag, value: excerpt(value), example };
}

/** As Go's strconv.ParseBool. */
function readBoolean(text: string): 'true' | 'false' | undefined {
  if (['1', 't', 'T', 'true', 'TRUE', 'True'].includes(text)) return 'true';
  return ['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(text) ? 'false' : undefined;
}

/** The name that was most likely meant: at most two letters are other ones, and less than half of them. */
function nearest(name: string, names: Iterable<string>): string | undefined {
  if (name.length > 30) return undefined;
  let best: { readonly name: string; readonly distance: number } | undefined;
  for (const candidate of names) {
    const distance = editDistance(name, candidate);
    if (distance * 2 < name.length && distance <= 2 && distance < (best?.distance ?? 3))
      best = { name: candidate, distance };
  }
  return best?.name;
}

/** Levenshtein's: how many characters must be put in, left out or replaced. */
function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
