import { byteLength, wellFormed } from './byte-text.ts';

export type TemplateErrorKind = 'syntax' | 'unknownFunction' | 'execution' | 'limit';

/** Go quotes all of what it complains about, which may be a megabyte. */
const longest = 4000;

/** A template that can't be rendered. The message is Go's own (`template: name:1:3: executing …`). */
export class TemplateError extends Error {
  readonly kind: TemplateErrorKind;
  /** Where in the template: UTF-16 units. */
  readonly offset: number;

  constructor(kind: TemplateErrorKind, message: string, offset: number) {
    super(wellFormed(message.length > longest ? `${message.slice(0, longest)}…` : message));
    this.name = 'TemplateError';
    this.kind = kind;
    this.offset = offset;
  }
}

/** Lines count from 1, columns from 0 in bytes, as in Go. */
export function lineOf(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}

export function columnOf(text: string, offset: number): number {
  return byteLength(text.slice(offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1, offset));
}

/** What went wrong in a function; the engine says which one and where. */
export class CallFailed extends Error {}
