import type { TextRange } from '@shared/model/task-finding.ts';

/** A stretch of a text: UTF-16 units, `end` behind the last one. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** Where a piece of a text came from, up to the next piece. */
export interface Piece {
  /** Offset in the text. */
  readonly start: number;
  /** Offset in the text that it was made from. */
  readonly source: number;
  /** Units of the other text that it stands for; of no meaning where it is verbatim. */
  readonly length: number;
  /** Copied: unit k came from `source` + k. Else all of it came from the whole stretch. */
  readonly verbatim: boolean;
}

/**
 * A text that was made from what an author wrote, in steps, and knows where each part of it came from. Looking up takes time
 * in proportion to the steps and the logarithm of the pieces.
 */
export class TextMap {
  readonly text: string;
  readonly #pieces: readonly Piece[];
  readonly #parent: TextMap | undefined;
  #lineStarts: readonly number[] | undefined;

  private constructor(text: string, pieces: readonly Piece[], parent: TextMap | undefined) {
    this.text = text;
    this.#pieces = pieces;
    this.#parent = parent;
  }

  /** The text as its author wrote it. */
  static ofAuthor(text: string): TextMap {
    return new TextMap(text, [], undefined);
  }

  /** A text that was made from this one. The pieces are in their order, the first one at 0. */
  derive(text: string, pieces: readonly Piece[]): TextMap {
    return new TextMap(text, pieces, this);
  }

  /** Where a stretch stands in the author's text: as a person would mark it. Undefined when nothing of that text is behind it. */
  rangeOf(stretch: Stretch): TextRange | undefined {
    const origin = this.originOf(stretch);
    if (origin === undefined) return undefined;
    const start = this.#author.#positionOf(origin.start);
    const end = this.#author.#positionOf(origin.end);
    return { line: start.line, column: start.column, endLine: end.line, endColumn: end.column };
  }

  /** The same as offsets. `verbatim`: the author wrote exactly this, so that it may be replaced there. */
  originOf({ start, end }: Stretch): (Stretch & { readonly verbatim: boolean }) | undefined {
    if (this.#parent === undefined) return { start, end, verbatim: true };
    const first = this.#pieceAt(start);
    if (first === undefined) return undefined;
    const last = end > start ? (this.#pieceAt(end - 1) ?? first) : first;
    const from = first.verbatim ? first.source + start - first.start : first.source;
    const to = last.verbatim ? last.source + Math.max(end, start) - last.start : last.source + last.length;
    // A loop of a template goes back in its source: then the beginning has to do.
    const firstEnd = first.verbatim ? from + (end > start ? 1 : 0) : first.source + first.length;
    const upTo = to < from ? firstEnd : to;
    const origin = this.#parent.originOf({ start: from, end: upTo });
    if (origin === undefined) return undefined;
    const whole = first.verbatim && first === last;
    return { ...origin, verbatim: origin.verbatim && whole };
  }

  get #author(): TextMap {
    return this.#parent === undefined ? this : this.#parent.#author;
  }

  #pieceAt(offset: number): Piece | undefined {
    return this.#pieces[lastAtOrBelow(this.#pieces, offset, ({ start }) => start)];
  }

  #positionOf(offset: number): { readonly line: number; readonly column: number } {
    const at = Math.min(offset, this.text.length);
    if (at === 0) return { line: 1, column: 1 };
    this.#lineStarts ??= lineStartsOf(this.text);
    const line = lineAt(this.#lineStarts, at);
    return { line, column: at - (this.#lineStarts[line - 1] ?? 0) + 1 };
  }
}

/** Writes a text that is made from another one, piece by piece. */
export class DerivedText {
  readonly #source: string;
  readonly #parts: string[] = [];
  readonly #pieces: Piece[] = [];
  #length = 0;

  constructor(source: string) {
    this.#source = source;
  }

  /** Takes over a stretch of the source. */
  copy(start: number, end: number): void {
    if (end <= start) return;
    const last = this.#pieces.at(-1);
    const goesOn = last?.verbatim === true && last.source + this.#length - last.start === start;
    if (!goesOn) this.#pieces.push({ start: this.#length, source: start, length: end - start, verbatim: true });
    this.#write(this.#source.slice(start, end));
  }

  /** Puts a text in the place of a stretch of the source. */
  put(text: string, { start, end }: Stretch): void {
    if (text === '') return;
    this.#pieces.push({ start: this.#length, source: start, length: end - start, verbatim: false });
    this.#write(text);
  }

  finish(from: TextMap): TextMap {
    return from.derive(this.#parts.join(''), this.#pieces);
  }

  #write(text: string): void {
    this.#parts.push(text);
    this.#length += text.length;
  }
}

/** Where the lines of a text begin. */
export function lineStartsOf(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** The line of a place, from 1. */
export function lineAt(lineStarts: readonly number[], offset: number): number {
  return lastAtOrBelow(lineStarts, offset, (start) => start) + 1;
}

/** The index of the last item whose key is at most `wanted`, in ascending items; -1 when there is none. */
export function lastAtOrBelow<T>(items: readonly T[], wanted: number, keyOf: (item: T) => number): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = items[middle];
    if (item !== undefined && keyOf(item) <= wanted) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
