import { runVariableAliases } from './alias-definitions.ts';
import { excerpt } from './checking.ts';
import type { Findings } from './findings.ts';
import type { UnknownAlias } from './replace-aliases.ts';
import type { Stretch, TextMap } from './text-map.ts';
import type { YamlNode, YamlScalar } from './yaml/yaml-tree.ts';

/** What the aliases of a file came to. */
export interface AliasUses {
  /** The text that they stand in. */
  readonly text: TextMap;
  readonly aliases: ReadonlyMap<string, string>;
  readonly unknown: readonly UnknownAlias[];
  readonly directive: string;
}

/** Names that are an alias but for the case of their letters (spec: templating 9). */
export function reportWrongCase({ text, aliases, unknown, directive }: AliasUses, findings: Findings): void {
  const isInAction = actionsOf(text.text);
  const byLowerCase = new Map([...aliases.keys()].map((name) => [name.toLowerCase(), name]));
  for (const { name, start, end } of unknown) {
    const meant = byLowerCase.get(name.toLowerCase());
    // In a template it is a variable.
    if (meant === undefined || isInAction(start)) continue;
    findings.add(
      'alias.wrongCase',
      text,
      { start, end },
      {
        params: { name: directive + name, meant: directive + meant },
        suggestion: directive + meant,
      },
    );
  }
}

/** Names that would be aliases in a file of a later version: there they stay as they are. */
export function reportMissingVersion(text: TextMap, version: string, findings: Findings): void {
  const isInAction = actionsOf(text.text);
  const known = new Set<string>(runVariableAliases);
  const seen = new Set<string>();
  for (const { 0: written, 1: name = '', index } of text.text.matchAll(/\$([A-Za-z0-9]+)/g)) {
    if (!known.has(name) || seen.has(name) || isInAction(index)) continue;
    seen.add(name);
    const params = { name: written, version: version === '' ? 'v1.0.0' : version };
    findings.add('alias.needsVersion', text, { start: index, end: index + written.length }, { params });
  }
}

/** The old name of the run's id, which still works. */
export function reportOldRunId(text: TextMap, findings: Findings): void {
  const isInAction = actionsOf(text.text);
  for (const { index } of text.text.matchAll(/\.Build\.ID(?![A-Za-z0-9_])/g)) {
    if (!isInAction(index)) continue;
    findings.add(
      'template.oldRunId',
      text,
      { start: index, end: index + '.Build.ID'.length },
      {
        acr: '.Build.ID is no longer supported as a valid substitution, use .Run.ID instead.',
        suggestion: '.Run.ID',
      },
    );
  }
}

/** Tells whether a place lies in an action of a template. */
function actionsOf(text: string): (offset: number) => boolean {
  const actions: Stretch[] = [];
  for (let start = text.indexOf('{{'); start >= 0; start = text.indexOf('{{', actions.at(-1)?.end)) {
    const closed = text.indexOf('}}', start);
    actions.push({ start, end: closed < 0 ? text.length : closed });
  }
  return (offset) => {
    const before = actions[firstAtOrBehind(actions, offset) - 1];
    return before !== undefined && offset < before.end;
  };
}

/**
 * Lines that begin with `#` and were left out of a text that goes over several lines: their author meant them to be in it.
 * @param dropped in the author's text, in its order
 */
export function reportDroppedLines(
  dropped: readonly Stretch[],
  root: YamlNode | undefined,
  rendered: TextMap,
  author: TextMap,
  findings: Findings,
): void {
  if (dropped.length === 0 || root === undefined) return;
  const told = new Set<number>();
  const tell = (line: Stretch) => {
    if (told.has(line.start)) return;
    told.add(line.start);
    const text = author.text.slice(line.start, line.end);
    const start = line.start + (text.length - text.trimStart().length);
    findings.add('file.commentInText', author, { start, end: line.end }, { params: { text: excerpt(text.trim()) } });
  };
  for (const scalar of scalarsOf(root)) {
    const isBlock = scalar.style === 'literal' || scalar.style === 'folded';
    if (scalar.style === 'plain') continue;
    const origin = rendered.originOf(scalar);
    if (origin === undefined) continue;
    const least = isBlock ? indentOfBlock(rendered.text, scalar) : 0;
    let behind = origin.end;
    for (let at = firstAtOrBehind(dropped, origin.start); at < dropped.length; at += 1) {
      const line = dropped[at];
      if (line === undefined) break;
      if (line.start >= behind) {
        // Behind the last line of a block that stayed, a line of its indentation belonged to it as well.
        const between = author.text.slice(behind, line.start);
        if (!isBlock || /\S/.test(between)) break;
        behind = line.end + 1;
      }
      const indent = /^ */.exec(author.text.slice(line.start, line.end))?.[0].length ?? 0;
      if (indent >= least) tell(line);
      else if (line.end + 1 === behind) break;
    }
  }
}

function* scalarsOf(node: YamlNode): Generator<YamlScalar> {
  switch (node.kind) {
    case 'scalar':
      yield node;
      break;
    case 'list':
      for (const item of node.items) yield* scalarsOf(item);
      break;
    case 'map':
      for (const { key, value } of node.entries) {
        yield* scalarsOf(key);
        yield* scalarsOf(value);
      }
      break;
    case 'alias':
      break;
  }
}

/** Blanks in front of the first line that has something. */
function indentOfBlock(text: string, { start, end }: YamlScalar): number {
  const body = text.indexOf('\n', start) + 1;
  return body === 0 ? 0 : (/^(?:[ \t\r]*\n)*( *)\S/.exec(text.slice(body, end))?.[1]?.length ?? 0);
}

function firstAtOrBehind(lines: readonly Stretch[], offset: number): number {
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lines[middle]?.start ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
