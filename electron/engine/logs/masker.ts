import { secretForms, unmaskable, type Unmaskable } from './secret-forms.ts';

/** A secret that isn't masked: its place in the list that was given, and why. Never the value. */
export interface RefusedSecret {
  readonly index: number;
  readonly reason: Unmaskable;
}

/** What {@link Masker.maskOpen} could settle. */
export interface OpenMask {
  readonly masked: Buffer;
  /** The bytes from here on may still become part of a secret: give them again, with what follows. */
  readonly settled: number;
  /** So many of the bytes from `settled` on are known to belong to a secret that was masked. */
  readonly inside: number;
}

/**
 * Replaces secrets by `***` in a stream of log bytes, in every form of `secret-forms.ts` and in time linear in the bytes.
 *
 * It compares what is seen: colour codes (CSI sequences), carriage returns and other control characters between two
 * bytes of a secret don't hide it. Where secrets overlap or touch, the whole is one `***`; so the longest wins. Colour
 * codes inside a secret are kept behind its `***`. Not covered: a secret cut by a line feed at a place where the secret
 * has none, by a cursor movement to another line, or by an OSC sequence; a number inside the parameters of a CSI sequence.
 */
export interface Masker {
  /** From now on these are masked. Tells those that can't be. */
  add(secrets: readonly string[]): readonly RefusedSecret[];
  /** Masks whole lines. Returns the same bytes when nothing was found. */
  mask(lines: Uint8Array): Uint8Array;
  /** Masks the beginning of a line that goes on. `inside` as the call before returned it, 0 at first. */
  maskOpen(data: Uint8Array, inside: number): OpenMask;
}

const stars = Buffer.from('***');
const escape = 0x1b;
/** Longer forms are looked for in parts of this size: the parts touch, so they make one `***`, and no walk is longer. */
const longestPart = 256;
/** A CSI sequence with more bytes than this isn't one. */
const longestSequence = 64;

/** Bytes that a terminal doesn't show: control characters but tab and line feed. */
const unseen = Uint8Array.from({ length: 256 }, (_, byte) =>
  (byte < 0x20 && byte !== 0x09 && byte !== 0x0a) || byte === 0x7f ? 1 : 0,
);

/** Makes a masker that knows no secret yet. */
export function createMasker(): Masker {
  const forms = new FormTree();
  return {
    add(secrets) {
      const refused: RefusedSecret[] = [];
      for (const [index, secret] of secrets.entries()) {
        const reason = unmaskable(secret);
        if (reason === undefined) for (const form of secretForms(secret)) forms.add(form);
        else refused.push({ index, reason });
      }
      return refused;
    },
    mask(lines) {
      if (forms.empty) return lines;
      const { spans } = forms.find(lines, 0, true);
      return spans.length === 0 ? lines : replace(lines, spans, lines.length);
    },
    maskOpen(data, inside) {
      if (forms.empty) return { masked: Buffer.from(data), settled: data.length, inside: 0 };
      const { spans, settled } = forms.find(data, inside, false);
      return { masked: replace(data, spans, settled), settled, inside: bytesInside(spans, settled) };
    },
  };
}

/** How far the span around this place goes on from there. */
function bytesInside(spans: readonly number[], place: number): number {
  for (let index = spans.length - 2; index >= 0; index -= 2) {
    const start = spans[index] ?? 0;
    const stop = spans[index + 1] ?? 0;
    if (start < place && place < stop) return stop - place;
  }
  return 0;
}

/** Spans are pairs of start and end, in order. */
function replace(data: Uint8Array, spans: readonly number[], end: number): Buffer {
  const parts: Uint8Array[] = [];
  let from = 0;
  for (let index = 0; index < spans.length; index += 2) {
    const start = spans[index] ?? 0;
    const stop = Math.min(spans[index + 1] ?? 0, end);
    if (start >= end) break;
    parts.push(data.subarray(from, start), stars, ...sequencesIn(data, start, stop));
    from = stop;
  }
  parts.push(data.subarray(from, end));
  return Buffer.concat(parts);
}

function sequencesIn(data: Uint8Array, start: number, end: number): readonly Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let at = start; at < end; at++) {
    if (data[at] !== escape) continue;
    const last = sequenceEnd(data, at);
    if (last === at || last >= end) continue;
    found.push(data.subarray(at, last + 1));
    at = last;
  }
  return found;
}

/**
 * The last byte of the sequence that begins here: CSI, or the choice of a character set, which `tput sgr0` writes before
 * it. `at` itself when there is none, past the end when it is cut off.
 */
function sequenceEnd(data: Uint8Array, at: number): number {
  if (at + 1 >= data.length) return data.length;
  const kind = data[at + 1];
  if (kind === 0x28 || kind === 0x29) return data[at + 2] === 0x0a ? at : Math.min(at + 2, data.length);
  if (kind !== 0x5b) return at;
  const most = Math.min(data.length, at + longestSequence);
  for (let next = at + 2; next < most; next++) {
    const byte = data[next] ?? 0;
    if (byte >= 0x40 && byte <= 0x7e) return next;
    if (byte < 0x20 || byte > 0x7e) return at;
  }
  return most === data.length ? data.length : at;
}

/**
 * All forms as a tree of bytes. A filter on three bytes finds where one may begin (cheap, for every byte of the log); the tree
 * then tells how far the longest goes (rare). Children are a linked list: most nodes have one.
 */
class FormTree {
  empty = true;
  private readonly filter = new Uint8Array(65_536);
  /** The first byte, and the first two, of all forms. */
  private readonly first = new Uint8Array(256);
  private readonly firstTwo = new Uint8Array(65_536);
  /** Three bytes to the node that they lead to. */
  private readonly starts = new Map<number, number>();
  private readonly byte: number[] = [0];
  private readonly child: number[] = [0];
  private readonly sibling: number[] = [0];
  private readonly ends: boolean[] = [false];

  add(form: string): void {
    const bytes = Buffer.from(form, 'utf8').filter((byte) => unseen[byte] === 0);
    // Nothing to hide, and it would mask its own stars.
    if (bytes.length < 3 || bytes.every((byte) => byte === 0x2a)) return;
    this.empty = false;
    for (let from = 0; from + longestPart < bytes.length; from += longestPart)
      this.insert(bytes.subarray(from, from + longestPart));
    this.insert(bytes.subarray(Math.max(0, bytes.length - longestPart)));
  }

  private insert(part: Uint8Array): void {
    const three = ((part[0] ?? 0) << 16) | ((part[1] ?? 0) << 8) | (part[2] ?? 0);
    this.filter[hash(three)] = 1;
    this.first[three >>> 16] = 1;
    this.firstTwo[three >>> 8] = 1;
    let node = this.starts.get(three);
    if (node === undefined) {
      node = this.grow(0, 0);
      this.starts.set(three, node);
    }
    for (const byte of part.subarray(3)) {
      let next = this.follow(node, byte);
      if (next === 0) {
        next = this.grow(byte, this.child[node] ?? 0);
        this.child[node] = next;
      }
      node = next;
    }
    this.ends[node] = true;
  }

  private grow(byte: number, sibling: number): number {
    this.byte.push(byte);
    this.child.push(0);
    this.sibling.push(sibling);
    return this.ends.push(false) - 1;
  }

  private follow(node: number, byte: number): number {
    let next = this.child[node] ?? 0;
    while (next !== 0 && this.byte[next] !== byte) next = this.sibling[next] ?? 0;
    return next;
  }

  /** The spans to mask, merged, and from where on (unless `whole`) nothing can be said yet. */
  find(
    data: Uint8Array,
    inside: number,
    whole: boolean,
  ): { readonly spans: readonly number[]; readonly settled: number } {
    const { filter } = this;
    const spans = inside > 0 ? [0, inside] : [];
    const end = data.length;
    let settled = end;
    let three = 0;
    // Where the two visible bytes before stand; -1 for none.
    let before = -1;
    let first = -1;
    for (let at = 0; at < end; at++) {
      const byte = data[at] as number;
      if (unseen[byte] === 1) {
        if (byte !== escape) continue;
        const last = sequenceEnd(data, at);
        if (last >= end && !whole) settled = Math.min(settled, at);
        at = last;
        continue;
      }
      three = ((three << 8) | byte) & 0xff_ffff;
      if (filter[hash(three)] === 1 && first >= 0) {
        const stop = this.walk(data, three, at, whole);
        if (stop.pending) settled = Math.min(settled, first);
        if (stop.end > 0) addSpan(spans, first, stop.end);
      }
      first = before;
      before = at;
    }
    if (!whole) settled = Math.min(settled, this.beginning(three, first, before, end));
    return { spans, settled: whole ? end : characterStart(data, settled) };
  }

  /** Where a form may begin whose third byte isn't there yet. */
  private beginning(three: number, secondLast: number, last: number, end: number): number {
    if (secondLast >= 0 && this.firstTwo[three & 0xffff] === 1) return secondLast;
    return last >= 0 && this.first[three & 0xff] === 1 ? last : end;
  }

  /** Where the longest form that begins with these three ends, 0 for none; `pending` when the data ended too early to tell. */
  private walk(
    data: Uint8Array,
    three: number,
    third: number,
    whole: boolean,
  ): { readonly end: number; readonly pending: boolean } {
    let node = this.starts.get(three);
    if (node === undefined) return noForm;
    let best = this.ends[node] === true ? third + 1 : 0;
    let at = third + 1;
    for (; at < data.length; at++) {
      const byte = data[at] as number;
      if (unseen[byte] === 1) {
        if (byte === escape) at = sequenceEnd(data, at);
        continue;
      }
      node = this.follow(node, byte);
      if (node === 0) return { end: best, pending: false };
      if (this.ends[node] === true) best = at + 1;
    }
    return { end: best, pending: !whole && this.child[node] !== 0 };
  }
}

const noForm = { end: 0, pending: false } as const;

function hash(three: number): number {
  return (three ^ (three >>> 7)) & 0xffff;
}

/** This place, or the start of the UTF-8 character that it would cut. */
function characterStart(data: Uint8Array, place: number): number {
  for (let back = 1; back <= 3 && back <= place; back++) {
    const byte = data[place - back] ?? 0;
    if (byte < 0x80) return place;
    if (byte < 0xc0) continue;
    const size = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return size > back ? place - back : place;
  }
  return place;
}

function addSpan(spans: number[], start: number, end: number): void {
  const last = spans.length - 1;
  if (last > 0 && start <= (spans[last] as number)) spans[last] = Math.max(spans[last] as number, end);
  else spans.push(start, end);
}
