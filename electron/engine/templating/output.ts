import { wellFormed } from './byte-text.ts';
import type { Budget } from './limits.ts';

/** Where a piece of the output came from, up to the next piece. */
export interface Origin {
  /** Offset in the output. */
  readonly start: number;
  /** Offset in the template. */
  readonly source: number;
  /** Copied text: letter k came from `source` + k. Else all of it came from the action at `source`. */
  readonly verbatim: boolean;
}

const noValue = '<no value>';

/** What a template prints, and where it came from. */
export class Output {
  readonly #budget: Budget;
  readonly #parts: string[] = [];
  readonly #origins: Origin[] = [];
  #length = 0;

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  write(text: string, source: number, verbatim: boolean): void {
    if (text === '') return;
    // Its place in the list of pieces takes memory too.
    this.#budget.print(text.length + 8);
    this.#parts.push(wellFormed(text));
    this.#origins.push({ start: this.#length, source, verbatim });
    this.#length += text.length;
  }

  /** All of it, without the words `<no value>`, wherever they come from: so does ACR. */
  finish(): { readonly text: string; readonly origins: readonly Origin[] } {
    const text = this.#parts.join('');
    if (!text.includes(noValue)) return { text, origins: this.#origins };
    const kept: string[] = [];
    const origins: Origin[] = [];
    let length = 0;
    let index = 0;
    for (let from = 0; from < text.length;) {
      const found = text.indexOf(noValue, from);
      const to = found === -1 ? text.length : found;
      for (let at = from; at < to;) {
        while ((this.#origins[index + 1]?.start ?? Number.POSITIVE_INFINITY) <= at) index += 1;
        const origin = this.#origins[index];
        if (origin === undefined) break;
        const end = Math.min(to, this.#origins[index + 1]?.start ?? text.length);
        const source = origin.verbatim ? origin.source + at - origin.start : origin.source;
        origins.push({ start: length, source, verbatim: origin.verbatim });
        length += end - at;
        at = end;
      }
      kept.push(text.slice(from, to));
      from = to + noValue.length;
    }
    return { text: kept.join(''), origins };
  }
}
