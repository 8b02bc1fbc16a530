import type { Findings } from './findings.ts';
import type { TextMap } from './text-map.ts';
import { decodeAliasBlock } from './yaml/decode.ts';
import type { GivenText } from './yaml/fields.ts';
import { resolveScalar } from './yaml/go-scalar.ts';
import { parseYaml } from './yaml/parse-yaml.ts';
import { reportProblems } from './yaml/report-problems.ts';

/** The alias block of a file, read but for its sources. */
export interface AliasBlock {
  readonly sources: readonly GivenText[];
  readonly values: ReadonlyMap<string, GivenText>;
  readonly directive: string;
}

/** Images that stand for a word in front of a command, on Linux (spec: templating 5). */
export const defaultImageAliases: ReadonlyMap<string, string> = new Map([
  ['acr', 'mcr.microsoft.com/acr/acr-cli:0.19'],
  ['az', 'mcr.microsoft.com/acr/azure-cli:2ff604c'],
  ['bash', 'mcr.microsoft.com/acr/bash:2ff604c'],
  ['curl', 'mcr.microsoft.com/acr/curl:2ff604c'],
  ['cssc', 'mcr.microsoft.com/acr/cssc:2ff604c'],
]);

/** Run variables that are aliases as well: not all of them are. */
export const runVariableAliases = [
  'ID',
  'SharedVolume',
  'Registry',
  'RegistryName',
  'Date',
  'OS',
  'Architecture',
  'Commit',
  'Branch',
] as const;

/** Reads the rendered alias block. Undefined when there is an error among the findings. */
export function readAliasBlock(map: TextMap, sourcesAtMost: number, findings: Findings): AliasBlock | undefined {
  const { root, problems } = parseYaml(map.text);
  if (reportProblems(problems, map, findings)) return undefined;
  let failed = false;
  const fields = decodeAliasBlock(root, map.text, (code, stretch, details) => {
    findings.add(code, map, stretch, details);
    failed ||= code.startsWith('yaml.') && code !== 'yaml.duplicateKey';
  });
  const sources = fields?.texts('src')?.value ?? [];
  const values = fields?.textMap('values')?.value ?? new Map<string, GivenText>();
  for (const [name, { scalar }] of values) {
    if (isAliasName(name)) continue;
    findings.add('alias.keyName', map, scalar, { params: { name }, acr: keyNameWords });
    failed = true;
  }
  const written = fields?.text('directive');
  const directive = written?.value === undefined || written.value === '' ? '$' : written.value;
  if (written !== undefined && Array.from(directive).length !== 1) {
    const acr = '$ directive can only be overwritten by a single character';
    findings.add('alias.directiveLength', map, written.at, { acr });
    failed = true;
  } else if (written !== undefined && /^[A-Za-z0-9]$/.test(directive)) {
    const acr = 'overwritten directives may not be alphanumeric characters';
    findings.add('alias.directiveLetter', map, written.at, { acr });
    failed = true;
  }
  const [tooMany] = sources.slice(sourcesAtMost);
  if (tooMany !== undefined) {
    findings.add('alias.manySources', map, tooMany.at, { params: { limit: sourcesAtMost } });
    failed = true;
  }
  return failed ? undefined : { sources, values, directive };
}

/** What became of reading a source. */
export type AliasSourceText = { readonly text: string } | { readonly error: string };

/**
 * All aliases of a file: its own go before later sources, these before earlier ones, and the built-in ones come last.
 * Undefined when there is an error among the findings, which stand where the source is named.
 */
export function defineAliases(
  block: AliasBlock,
  texts: readonly AliasSourceText[],
  builtIn: ReadonlyMap<string, string>,
  map: TextMap,
  findings: Findings,
): ReadonlyMap<string, string> | undefined {
  const aliases = new Map(builtIn);
  let failed = false;
  block.sources.forEach((source, index) => {
    const read = texts[index] ?? { error: '' };
    const names = 'error' in read ? read.error : readSource(read.text);
    if (typeof names === 'string') {
      const acr = 'error' in read ? undefined : names;
      findings.add('alias.source', map, source.at, {
        params: { source: source.value, message: names },
        ...(acr === undefined ? {} : { acr }),
      });
      failed = true;
      return;
    }
    for (const [name, value] of names) {
      if (!isAliasName(name)) {
        findings.add('alias.keyName', map, source.at, { params: { name }, acr: keyNameWords });
        failed = true;
      } else aliases.set(name, value);
    }
  });
  for (const [name, { value }] of block.values) aliases.set(name, value);
  return failed ? undefined : aliases;
}

/** A flat map of names to texts; or what is wrong with it, in ACR's words where it has some. */
function readSource(text: string): ReadonlyMap<string, string> | string {
  const { root, problems } = parseYaml(text);
  const [problem] = problems;
  if (problem !== undefined) return problem.message;
  const names = new Map<string, string>();
  if (root === undefined || (root.kind === 'scalar' && resolveScalar(root).type === 'null')) return names;
  if (root.kind !== 'map') return `cannot unmarshal ${root.kind === 'list' ? '!!seq' : '!!str'} into map[string]string`;
  for (const { key, value } of root.entries) {
    const name = key.kind === 'alias' ? key.target : key;
    const real = value.kind === 'alias' ? value.target : value;
    if (name?.kind !== 'scalar' || real?.kind !== 'scalar')
      return `cannot unmarshal ${real?.kind === 'list' ? '!!seq' : '!!map'} into string`;
    names.set(name.text, resolveScalar(real).type === 'null' ? '' : real.text);
  }
  return names;
}

const keyNameWords = 'alias key names only support alphanumeric characters';

function isAliasName(name: string): boolean {
  return /^[A-Za-z0-9]+$/.test(name);
}
