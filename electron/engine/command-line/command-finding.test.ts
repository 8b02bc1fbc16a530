import { describe, expect, it } from 'vitest';
import enTask from '@shared/i18n/en/task.json' with { type: 'json' };
import koTask from '@shared/i18n/ko/task.json' with { type: 'json' };
import { type CommandFinding, commandFindings, excerpt } from './command-finding.ts';
import { parseBuildCommand } from './docker-build.ts';
import { parseContainerCommand } from './docker-run.ts';

const variable = (name: string) => (name === 'VAR' ? 'v' : undefined);
const ofContainer = (text: string) => parseContainerCommand(text, variable).findings;
const ofBuild = (text: string) => parseBuildCommand(text, variable).findings;

/** Texts that bring up every code. */
const findings: readonly CommandFinding[] = [
  ...ofContainer('a "$(b)" x=${VAR:-c} y&z $VAR $NONE $1 # d'),
  ...ofContainer('a b\nc "'),
  ...ofContainer('a b\\'),
  ...ofContainer('a b && c'),
  ...ofContainer('--name x --nonsense --privilegd -P --rm --cpus x'),
  ...ofContainer('--memory'),
  ...ofContainer('-i'),
  ...ofBuild('--image a -t b'),
  ...ofBuild('-t b'),
  ...ofBuild('a b'),
  ...ofBuild('-'),
];

const placeholders = (text: string) => new Set([...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name));
const shown = (code: string) => code.replace('command.', '');

describe.each([
  ['en', enTask.finding.command],
  ['ko', koTask.finding.command],
])('words in %s', (_, texts: Readonly<Record<string, { readonly text: string }>>) => {
  it('are there for every code, and for no other', () => {
    expect(Object.keys(texts).toSorted()).toEqual(Object.keys(commandFindings).map(shown).toSorted());
  });

  it('name nothing that the finding does not know', () => {
    expect(new Set(findings.map(({ code }) => code))).toEqual(new Set(Object.keys(commandFindings)));
    for (const { code, params } of findings) {
      const missing = [...placeholders(texts[shown(code)]?.text ?? '')].filter((name) => !(String(name) in params));
      expect([code, missing]).toEqual([code, []]);
    }
  });
});

it.each([
  ['short', 'short'],
  ['x'.repeat(60), 'x'.repeat(60)],
  ['x'.repeat(61), `${'x'.repeat(59)}…`],
  [`${'x'.repeat(58)}🚀 and more`, `${'x'.repeat(58)}…`],
])('cuts %s', (text, cut) => {
  expect(excerpt(text)).toBe(cut);
});
