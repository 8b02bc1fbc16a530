import type { Span } from './text-lines.ts';

export type YamlSpanKind = 'key' | 'comment' | 'string' | 'template';

export interface YamlSpan extends Span {
  readonly kind: YamlSpanKind;
}

/** More would not be seen at once, and each is a range that the browser keeps. */
const most = 6_000;
/** Characters; longer texts stay in one colour. */
const longest = 400_000;

/**
 * What of a task file is a key, a comment, a quoted text, a template or a run variable, as far as one line tells. Only for
 * colour: it may be wrong within a block of text, and never changes what is there.
 */
export function yamlSpans(text: string): readonly YamlSpan[] {
  const spans: YamlSpan[] = [];
  const pattern =
    /(?<comment>(?:^|(?<=\s))#.*$)|(?<key>(?=[\w.$/])(?<=^[ \t]*(?:- +)*)[\w.$/-]+(?=:(?:\s|$)))|(?<template>\{\{.{0,400}?\}\}|\$(?:[A-Za-z]\w*|\{\w+\}))|(?<string>"(?:[^"\\\n]|\\.){0,2000}"|(?<=[\s,[{(=]|^)'(?:[^'\n]|''){0,2000}')/gm;
  if (text.length > longest) return spans;
  for (const match of text.matchAll(pattern)) {
    if (spans.length >= most) break;
    const kind = kindOf(match.groups ?? {});
    if (kind !== undefined) spans.push({ kind, start: match.index, end: match.index + match[0].length });
  }
  return spans;
}

function kindOf(groups: Readonly<Record<string, string | undefined>>): YamlSpanKind | undefined {
  return (['comment', 'key', 'template', 'string'] as const).find((kind) => groups[kind] !== undefined);
}
