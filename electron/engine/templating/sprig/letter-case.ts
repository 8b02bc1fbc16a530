import { TextBuilder, wellFormed } from '../byte-text.ts';
import {
  isLetter,
  isLower,
  isNumber,
  isPunctuation,
  isSpace,
  isTitle,
  isUpper,
  lowerLetter,
  mapLetters,
  titleLetter,
  upperLetter,
} from '../letters.ts';

/** `untitle`: the first letter of each word in lower case. */
export function uncapitalize(text: string): string {
  let begins = true;
  return mapLetters(text, (letter) => {
    const first = begins;
    begins = isSpace(letter);
    return first && !begins ? lowerLetter(letter) : letter;
  });
}

/** Capitals become small, small letters capitals, at the beginning of a word in title case. */
export function swapCase(text: string): string {
  let afterSpace = true;
  return mapLetters(text, (letter) => {
    if (isUpper(letter) || isTitle(letter)) {
      afterSpace = false;
      return lowerLetter(letter);
    }
    if (isLower(letter)) {
      const first = afterSpace;
      afterSpace = false;
      return first ? titleLetter(letter) : upperLetter(letter);
    }
    afterSpace = isSpace(letter);
    return letter;
  });
}

/**
 * `some_words` is `SomeWords`. What connects words stays where it stands at the beginning, doubled or at the end; where there is
 * nothing else, the original writes the last of it twice.
 */
export function camelCase(text: string): string {
  const letters = Array.from(wellFormed(text));
  let at = 0;
  const out = new TextBuilder();
  while (at < letters.length && isConnector(letters[at] ?? '')) {
    out.add(letters[at] ?? '');
    at += 1;
  }
  if (at === letters.length) return out.toString() + (letters.at(-1) ?? '');
  let current = upperLetter(letters[at] ?? '');
  for (const letter of letters.slice(at + 1)) {
    const before = current;
    current = letter;
    if (isConnector(letter) && isConnector(before)) {
      out.add(before);
    } else if (isConnector(before)) {
      current = upperLetter(letter);
    } else {
      current = lowerLetter(letter);
      out.add(before);
    }
  }
  return out.toString() + current;
}

type WordKind = 'none' | 'number' | 'upper' | 'letters' | 'connector' | 'punctuation' | 'other';

interface Word {
  readonly kind: WordKind;
  readonly text: string;
}

/** `snakecase` and `kebabcase`, by the rules of huandu/xstrings 1.3: `HTTP20xOK` is `http_20x_ok`, `Bld4Floor` is `bld4_floor`. */
export function separatedCase(text: string, connector: string): string {
  const words = new WordReader(text);
  const out: string[] = [];
  const write = ({ kind, text: word }: Word) => out.push(lowered(kind, word, connector));
  const isAlphanumeric = ({ kind }: Word) => kind === 'letters' || kind === 'number';
  const separates = ({ kind }: Word) => kind !== 'connector' && kind !== 'punctuation';
  /** Letters and digits that belong together: `20x`. */
  const writeMixed = (from: Word) => {
    let word = from;
    while (isAlphanumeric(word)) {
      write(word);
      word = words.next();
    }
    return word;
  };
  let word = words.next();
  while (!words.atEnd) {
    if (word.kind !== 'connector') write(word);
    const before = word;
    word = words.next();
    switch (before.kind) {
      case 'number':
        word = writeMixed(word);
        if (word.kind !== 'none' && word.kind !== 'punctuation') out.push(connector);
        break;
      case 'connector':
        write(before);
        break;
      case 'punctuation':
        break;
      default: {
        if (word.kind !== 'number') {
          if (separates(word)) out.push(connector);
          break;
        }
        if (words.atEnd) break;
        const number = word;
        word = words.next();
        if (word.kind !== 'letters') {
          write(number);
          if (separates(word)) out.push(connector);
          break;
        }
        out.push(connector);
        write(number);
        word = writeMixed(word);
        if (word.kind !== 'none' && separates(word)) out.push(connector);
      }
    }
  }
  write(word);
  return out.join('');
}

function lowered(kind: WordKind, text: string, connector: string): string {
  if (kind !== 'upper' && kind !== 'connector') return text;
  return mapLetters(text, (letter) =>
    isConnector(letter) ? connector : isUpper(letter) ? lowerLetter(letter) : letter,
  );
}

class WordReader {
  readonly #letters: readonly string[];
  #at = 0;

  constructor(text: string) {
    this.#letters = Array.from(text);
  }

  get atEnd(): boolean {
    return this.#at >= this.#letters.length;
  }

  next(): Word {
    const start = this.#at;
    const first = this.#letters[start];
    if (first === undefined) return { kind: 'none', text: '' };
    const kind = this.#read(first);
    return { kind, text: this.#letters.slice(start, this.#at).join('') };
  }

  #read(first: string): WordKind {
    this.#at += 1;
    if (isConnector(first)) return this.#readWhile('connector', isConnector);
    if (isPunctuation(first)) return this.#readWhile('punctuation', isPunctuation);
    if (isUpper(first)) return this.#readCapitals();
    if (isAlphabetic(first)) return this.#readWhile('letters', isSmall);
    if (isNumber(first)) return this.#readWhile('number', isNumber);
    return this.#readWhile('other', (letter) =>
      [isConnector, isAlphabetic, isNumber, isPunctuation].every((check) => !check(letter)),
    );
  }

  /** `Status`, or of `HTTPStatus` the `HTTP`. */
  #readCapitals(): WordKind {
    const second = this.#letters[this.#at] ?? '';
    if (isUpper(second)) {
      this.#readWhile('upper', isUpper);
      if (isAlphabetic(this.#letters[this.#at] ?? '')) this.#at -= 1;
    } else if (isAlphabetic(second)) {
      this.#readWhile('upper', isSmall);
    }
    return 'upper';
  }

  #readWhile(kind: WordKind, belongs: (letter: string) => boolean): WordKind {
    while (!this.atEnd && belongs(this.#letters[this.#at] ?? '')) this.#at += 1;
    return kind;
  }
}

function isConnector(letter: string): boolean {
  return letter === '-' || letter === '_' || isSpace(letter);
}

function isSmall(letter: string): boolean {
  return isAlphabetic(letter) && !isUpper(letter);
}

/** A letter, but of no Chinese writing. */
function isAlphabetic(letter: string): boolean {
  const code = letter.codePointAt(0) ?? 0;
  const chinese =
    (code >= 0x4e00 && code <= 0x9fcc) || (code >= 0x3400 && code <= 0x4d85) || (code >= 0x20000 && code <= 0x2b81d);
  return isLetter(letter) && !chinese;
}
