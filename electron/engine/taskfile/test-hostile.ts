import type { CommandFindingCode } from '../command-line/command-finding.ts';
import type { TaskFindingCode } from './findings.ts';

/** A task file from outside that means no good (spec: reliability-security S9, S10). */
export interface HostileFile {
  readonly name: string;
  readonly text: string;
  /** A finding that there must be. */
  readonly code: TaskFindingCode | CommandFindingCode;
  /** The text of its values file. */
  readonly values?: string;
  /** Files beside it, by name. */
  readonly sources?: Readonly<Record<string, string>>;
  /** It asks for no more than an honest file may: it takes what such a one takes. */
  readonly permitted?: true;
}

const laughs = (first: string, each: (name: string) => string) =>
  `x-a: &a ${first}\n${Array.from('bcdefghi', (name, at) => `x-${name}: &${name} ${each(`*${'abcdefgh'[at]}`)}\n`).join('')}`;
const ten = (part: string) => Array.from({ length: 10 }, () => part).join(', ');
const billionLaughs = laughs('[lol]', (name) => `[${ten(name)}]`);

export const hostileFiles: readonly HostileFile[] = [
  { name: 'billion laughs where texts are wanted', text: `${billionLaughs}env: *i\n`, code: 'yaml.wantsText' },
  {
    name: 'a bomb of merges',
    text: `${laughs('{retries: 1}', (name) => `{<<: [${ten(name)}]}`)}steps:\n  - <<: *i\n    cmd: a\n`,
    code: 'yaml.manyAliases',
  },
  {
    name: 'a chain of merges',
    text: `x-0: &a0 {retries: 1}\n${Array.from({ length: 1_000 }, (_, at) => `x-${at + 1}: &a${at + 1} {<<: *a${at}}\n`).join('')}steps:\n  - <<: *a1000\n`,
    code: 'yaml.manyAliases',
  },
  { name: 'an anchor around itself', text: 'steps: &a\n  - <<: *a\n', code: 'yaml.merge' },
  { name: 'lists in lists', text: `steps: ${'['.repeat(100_000)}`, code: 'yaml.tooDeep' },
  { name: 'maps in maps', text: 'a: {'.repeat(50_000), code: 'yaml.tooDeep' },
  { name: 'lists in lists, line by line', text: `steps:\n${'- '.repeat(100_000)}`, code: 'yaml.tooDeep' },
  { name: 'a scalar of 50 MB', text: `steps: ${'x'.repeat(50_000_000)}`, code: 'file.tooLarge' },
  { name: '50 MB of empty lines', text: '\n'.repeat(50_000_000), code: 'file.tooLarge' },
  { name: 'very many comments', text: `${'#\n'.repeat(500_000)}- a`, code: 'yaml.wantsMap' },
  { name: 'a scalar of the permitted length', text: `steps: ${'x'.repeat(1_000_000)}`, code: 'yaml.wantsList' },
  {
    name: 'as many keys of one name as there may be',
    text: 'steps: a\n'.repeat(7_000),
    code: 'yaml.wantsList',
    permitted: true,
  },
  { name: 'very many keys of one name', text: 'steps: a\n'.repeat(100_000), code: 'file.tooMuchWork' },
  { name: 'very many errors', text: '- a: : }\n'.repeat(100_000), code: 'yaml.nested' },
  {
    name: 'as many short values as there may be',
    text: `steps: [${'a,'.repeat(16_000)}]`,
    code: 'yaml.wantsMap',
    permitted: true,
  },
  { name: 'very many short values', text: `steps: [${'a,'.repeat(500_000)}]`, code: 'file.tooMuchWork' },
  { name: 'very many anchors', text: `steps: [${'&a a,'.repeat(200_000)}]`, code: 'file.tooMuchWork' },
  { name: 'a template that repeats', text: 'steps: {{repeat 1000000000 "a"}}', code: 'template.limit' },
  { name: 'a template that counts', text: 'steps: {{range until 1000000000}}a{{end}}', code: 'template.limit' },
  {
    name: 'a template that calls itself',
    text: '{{define "a"}}{{template "a"}}{{end}}{{template "a"}}',
    code: 'template.limit',
  },
  { name: 'a template that prints', text: `{{range until 1000}}${'x'.repeat(10_000)}{{end}}`, code: 'template.limit' },
  {
    name: 'an alias used everywhere',
    text: `version: v1.1.0\nalias: {values: {a: ${'x'.repeat(50_000)}}}\nx: ${'$a'.repeat(20_000)}\n`,
    code: 'file.renderedTooLarge',
  },
  { name: 'a values file that expands', text: 'steps: []\n', values: billionLaughs, code: 'yaml.manyAliases' },
  { name: 'a values file that is deep', text: 'steps: []\n', values: '['.repeat(100_000), code: 'values.syntax' },
  { name: 'a values file around itself', text: 'steps: []\n', values: 'a: &a [*a]\n', code: 'yaml.manyAliases' },
  {
    name: 'a values file of 50 MB',
    text: 'steps: []\n',
    values: `a: ${'x'.repeat(50_000_000)}`,
    code: 'values.tooLarge',
  },
  {
    name: 'a source of aliases that is deep',
    text: 'version: v1.1.0\nalias: {src: [s]}\n',
    sources: { s: '['.repeat(100_000) },
    code: 'alias.source',
  },
  {
    name: 'functions of another language',
    text: 'steps: !!js/function "function () {}"\n',
    code: 'yaml.wantsList',
  },
];
