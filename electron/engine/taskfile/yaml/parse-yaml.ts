import {
  Composer,
  type Document,
  type ErrorCode,
  isAlias,
  isMap,
  isSeq,
  Lexer,
  type ParsedNode,
  Parser,
  Scalar,
} from 'yaml';
import type { Stretch } from '../text-map.ts';
import type { ScalarStyle, YamlEntry, YamlNode } from './yaml-tree.ts';

/** How much a YAML text may ask for. */
export interface YamlLimits {
  /** Nesting of lists and maps. */
  readonly depth: number;
  /** Parts that the text is cut into: words, marks, blanks. Each becomes several objects, of some hundred bytes together. */
  readonly parts: number;
}

/** Far above what a task file needs: a step has about forty parts. */
export const yamlLimits: YamlLimits = { depth: 100, parts: 50_000 };

/** What is wrong with the form of a YAML text. */
export interface YamlProblem extends Stretch {
  readonly code:
    | 'file.tooMuchWork'
    | 'yaml.tooDeep'
    | 'yaml.tab'
    | 'yaml.indent'
    | 'yaml.missing'
    | 'yaml.nested'
    | 'yaml.scalarStart'
    | 'yaml.escape'
    | 'yaml.syntax';
  /** The parser's words, in English. */
  readonly message: string;
}

export interface ParsedYaml {
  /** Undefined for a text without content. With problems it is incomplete. */
  readonly root: YamlNode | undefined;
  /** In the order of the text; only the first one of a line, and not endlessly many. */
  readonly problems: readonly YamlProblem[];
  /** Where a second document begins, which nobody reads. */
  readonly secondDocument: number | undefined;
}

const problemsAtMost = 20;
/** Of a text with too many parts so many are read: what else is wrong with it says more. */
const partsLookedAt = 2_000;
/** What one mistake makes of all that follows is cut off here. */
const errorsAtMost = 200;

/**
 * Parses the first document of a text as YAML 1.1. Scalars keep their text: see go-scalar.ts for their types. Never throws.
 * The parts are counted before anything is made of them, and the depth is checked before anything works its way down.
 */
export function parseYaml(text: string, limits: YamlLimits = yamlLimits): ParsedYaml {
  const errors: YamlProblem[] = [];
  const report = (offset: number, end: number, code: YamlProblem['code'], message: string) => {
    const start = Math.min(offset, text.length);
    errors.push({ code, message, start, end: Math.min(Math.max(end, start + 1), Math.max(text.length, start)) });
  };
  const tooMany = endOfParts(text, limits.parts);
  let parts = 0;
  const parser = new Parser();
  const composer = new Composer({
    version: '1.1',
    schema: 'failsafe',
    merge: false,
    resolveKnownTags: false,
    uniqueKeys: false,
    strict: false,
    prettyErrors: false,
    logLevel: 'silent',
  });
  // Its own handler makes an Error of everything, without a limit.
  Reflect.set(composer, 'onError', (source: ErrorPlace, code: ErrorCode, message: string, warning?: boolean) => {
    if (warning === true) return;
    const { start, end } = stretchOf(source);
    report(start, end, problemOf(code), message);
    if (errors.length >= errorsAtMost) throw new TooManyErrors();
  });
  let document: Document.Parsed | undefined;
  let secondDocument: number | undefined;

  function take(tokens: Iterable<Token>): void {
    for (const token of tokens) {
      if (token.type === 'error')
        report(token.offset, token.offset + token.source.length, 'yaml.syntax', token.message);
      else if (token.type !== 'document') for (const made of composer.next(token)) document ??= made;
      else if (document === undefined && secondDocument === undefined && !begun) {
        begun = true;
        for (const made of composer.next(token)) document ??= made;
      } else secondDocument ??= token.offset;
    }
  }
  let begun = false;

  try {
    for (const lexeme of new Lexer().lex(text)) {
      take(parser.next(lexeme));
      if (parser.stack.length > limits.depth) {
        const { offset } = parser;
        report(offset - lexeme.length, offset, 'yaml.tooDeep', `nested deeper than ${limits.depth} levels`);
        return { root: undefined, problems: select(text, errors), secondDocument };
      }
      if (tooMany !== undefined && ++parts > partsLookedAt) {
        report(tooMany, tooMany, 'file.tooMuchWork', `more than ${limits.parts} parts`);
        return { root: undefined, problems: select(text, errors), secondDocument };
      }
      const [top] = parser.stack;
      if (begun && top?.type === 'document') {
        secondDocument ??= top.offset;
        break;
      }
    }
    if (secondDocument === undefined) take(parser.end());
    for (const made of composer.end()) document ??= made;
  } catch (error) {
    if (!(error instanceof TooManyErrors)) throw error;
  }
  const contents = document?.contents ?? undefined;
  const watch: TreeWatch = {
    // libyaml knows no empty key but behind a question mark.
    noKey: (at) => report(at, at + 1, 'yaml.missing', 'A name in front of the colon'),
    // The library tells of it where the text ends.
    unclosed(at) {
      const index = errors.findIndex(({ message }) => message.startsWith('Missing closing'));
      const [error] = index < 0 ? [] : errors.splice(index, 1);
      if (error !== undefined) report(at, at + 1, error.code, error.message);
    },
  };
  return {
    root: contents === undefined || contents === null ? undefined : new TreeReader(text, watch).read(contents, false),
    problems: select(text, errors),
    secondDocument,
  };
}

/** Where so many parts end; undefined for a text that has no more. */
function endOfParts(text: string, most: number): number | undefined {
  // A letter is two parts at most: itself, and the mark in front of a scalar.
  if (2 * text.length <= most) return undefined;
  let count = 0;
  let end = 0;
  for (const part of new Lexer().lex(text)) {
    if (++count > most) return end;
    if (!marks.has(part)) end += part.length;
  }
  return undefined;
}

/** What the lexer tells that isn't in the text: the beginning of a document, of a scalar, a flow that ends where it shouldn't. */
const marks = new Set(['\x02', '\x18', '\x1f']);

class TooManyErrors extends Error {}

type Token = Parameters<Composer['next']>[0];
type ErrorPlace = number | readonly number[] | { readonly offset: number; readonly source?: string };

function stretchOf(place: ErrorPlace): Stretch {
  if (typeof place === 'number') return { start: place, end: place + 1 };
  if ('offset' in place) return { start: place.offset, end: place.offset + (place.source?.length ?? 1) };
  const [start = 0, end = start] = place;
  return { start, end };
}

function problemOf(code: ErrorCode): YamlProblem['code'] {
  switch (code) {
    case 'TAB_AS_INDENT':
      return 'yaml.tab';
    case 'BAD_INDENT':
      return 'yaml.indent';
    case 'MISSING_CHAR':
      return 'yaml.missing';
    case 'BLOCK_AS_IMPLICIT_KEY':
      return 'yaml.nested';
    case 'BAD_SCALAR_START':
      return 'yaml.scalarStart';
    case 'BAD_DQ_ESCAPE':
      return 'yaml.escape';
    default:
      return 'yaml.syntax';
  }
}

/** The first problem of each line: the others follow from it. */
function select(text: string, problems: readonly YamlProblem[]): readonly YamlProblem[] {
  const sorted = [...problems].sort((one, other) => one.start - other.start);
  const selected: YamlProblem[] = [];
  let endOfLine = -1;
  for (const problem of sorted) {
    if (problem.start <= endOfLine || selected.length >= problemsAtMost) continue;
    selected.push(problem);
    const newline = text.indexOf('\n', problem.start);
    endOfLine = newline < 0 ? text.length : newline;
  }
  return selected;
}

/** Told of what only the whole tree shows. */
interface TreeWatch {
  noKey(offset: number): void;
  /** A quote that is never closed. */
  unclosed(offset: number): void;
}

/** Makes plain nodes of the library's, and leads aliases to what was anchored last above them. */
class TreeReader {
  readonly #text: string;
  readonly #watch: TreeWatch;
  readonly #anchors = new Map<string, YamlNode>();

  constructor(text: string, watch: TreeWatch) {
    this.#text = text;
    this.#watch = watch;
  }

  read(node: ParsedNode, inFlow: boolean): YamlNode {
    const [start, end] = node.range;
    const place = { start, end };
    if (isAlias(node)) {
      return { kind: 'alias', name: node.source, target: this.#anchors.get(node.source), ...place };
    }
    const tag = shortTag(node.tag);
    if (isMap(node)) {
      const entries: YamlEntry[] = [];
      return this.#fill({ kind: 'map', tag, entries, ...place }, node.anchor, () => {
        for (const { key, value } of node.items) {
          const readKey = this.read(key, inFlow || node.flow === true);
          if (node.flow !== true && readKey.start === readKey.end && this.#text[readKey.end] === ':')
            this.#watch.noKey(readKey.start);
          entries.push({
            key: readKey,
            value: value === null ? emptyAt(readKey.end) : this.read(value, inFlow || node.flow === true),
          });
        }
      });
    }
    if (isSeq(node)) {
      const items: YamlNode[] = [];
      return this.#fill({ kind: 'list', tag, items, ...place }, node.anchor, () => {
        for (const item of node.items) {
          // In `[a: b]` the item is a map of one entry.
          if ('range' in item) items.push(this.read(item, inFlow || node.flow === true));
        }
      });
    }
    const style = styleOf(node.type);
    const written = node.source ?? '';
    const quote = style === 'single' ? "'" : style === 'double' ? '"' : undefined;
    if (quote !== undefined && (end - start < 2 || this.#text[end - 1] !== quote)) this.#watch.unclosed(start);
    // A block that the text ends in without a newline has none: so says libyaml.
    const unended =
      (style === 'literal' || style === 'folded') && end >= this.#text.length && !this.#text.endsWith('\n');
    const scalar: YamlNode = {
      kind: 'scalar',
      text: unended ? written.replace(/\n$/, '') : written,
      style,
      tag,
      inFlow,
      ...place,
    };
    this.#anchor(node.anchor, scalar);
    return scalar;
  }

  #fill(node: YamlNode, anchor: string | undefined, fill: () => void): YamlNode {
    this.#anchor(anchor, node);
    fill();
    return node;
  }

  #anchor(name: string | undefined, node: YamlNode): void {
    if (name !== undefined) this.#anchors.set(name, node);
  }
}

function emptyAt(offset: number): YamlNode {
  return { kind: 'scalar', text: '', style: 'plain', tag: '', inFlow: false, start: offset, end: offset };
}

const longPrefix = 'tag:yaml.org,2002:';

function shortTag(tag: string | undefined): string {
  if (tag === undefined || tag === '!') return '';
  return tag.startsWith(longPrefix) ? `!!${tag.slice(longPrefix.length)}` : tag;
}

function styleOf(type: Scalar.Type | undefined): ScalarStyle {
  switch (type) {
    case Scalar.QUOTE_SINGLE:
      return 'single';
    case Scalar.QUOTE_DOUBLE:
      return 'double';
    case Scalar.BLOCK_LITERAL:
      return 'literal';
    case Scalar.BLOCK_FOLDED:
      return 'folded';
    case Scalar.PLAIN:
    case undefined:
      return 'plain';
  }
}
