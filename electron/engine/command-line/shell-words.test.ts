import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type CommandFinding, hasErrors } from './command-finding.ts';
import { quoteWord, splitWords } from './shell-words.ts';

const env: Readonly<Record<string, string>> = { VAR: 'v', TWO: 'a b', EMPTY: '', STAR: "$VAR '#|" };
const variable = (name: string) => (Object.hasOwn(env, name) ? env[name] : undefined);

const words = (text: string) => splitWords(text, variable).words.map((word) => word.text);
const brief = (text: string, { code, offset, length, params }: CommandFinding) => [
  code.replace('command.', ''),
  text.slice(offset, offset + length),
  params['rewrite'],
];
const findings = (text: string) => splitWords(text, variable).findings.map((finding) => brief(text, finding));
/** The text with what the findings suggest. */
function rewritten(text: string): string {
  return splitWords(text, variable).findings.reduceRight(
    (result, { offset, length, params }) =>
      result.slice(0, offset) + String(params['rewrite'] ?? '') + result.slice(offset + length),
    text,
  );
}

describe('the cases of google/shlex', () => {
  interface RecordedCase {
    readonly in: string;
    readonly out: readonly string[];
    readonly err?: string;
  }
  const { cases } = JSON.parse(readFileSync(new URL('./shell-words.testdata.json', import.meta.url), 'utf8')) as {
    readonly cases: readonly RecordedCase[];
  };
  /** Where a shell does otherwise, and why. */
  const posix: Readonly<Record<string, { why: string; words: readonly string[]; finding: string }>> = {
    "a 'b\\'c": { why: 'a backslash is plain in single quotes, as there', words: ['a', 'b\\c'], finding: '' },
    '$VAR ${X} `cmd`': {
      why: 'variables are filled in, an empty one is no word, backticks run a command',
      words: ['v', '`cmd`'],
      finding: 'command.substitution',
    },
    'a|b && c > d': { why: 'unquoted operators end words', words: ['a', 'b', 'c', 'd'], finding: 'command.operator' },
    'a\tb\nc': { why: 'a newline ends a command', words: ['a', 'b', 'c'], finding: 'command.newline' },
    '"unterminated': {
      why: 'refused as there, and told',
      words: ['unterminated'],
      finding: 'command.unterminatedQuote',
    },
    "'unterminated": {
      why: 'refused as there, and told',
      words: ['unterminated'],
      finding: 'command.unterminatedQuote',
    },
    'back\\': { why: 'the last backslash stays', words: ['back\\'], finding: '' },
    '"\\n \\t \\$ \\\\ \\`"': {
      why: 'in double quotes a backslash quotes only $ ` " \\ and newline',
      words: ['\\n \\t $ \\ `'],
      finding: '',
    },
    '-c "echo $(date)"': {
      why: 'a command is run in double quotes, too',
      words: ['-c', 'echo $(date)'],
      finding: 'command.substitution',
    },
    'a;b': { why: 'unquoted operators end words', words: ['a', 'b'], finding: 'command.operator' },
    '(a b)': { why: 'unquoted operators end words', words: ['a', 'b'], finding: 'command.operator' },
  };

  it.each(cases)('$in', ({ in: text, out, err }) => {
    const split = splitWords(text, variable);
    const expected = posix[text] ?? { words: out, finding: '' };
    expect(split.words.map((word) => word.text)).toEqual(expected.words);
    expect(split.findings.find(({ severity }) => severity === 'error')?.code ?? '').toBe(expected.finding);
    expect(err === undefined || text in posix).toBe(true);
  });

  it('hold all that we do otherwise', () => {
    expect(Object.keys(posix).filter((text) => !cases.some((entry) => entry.in === text))).toEqual([]);
  });
});

describe('quotes, escapes and variables', () => {
  it.each([
    ['$TWO', ['a b']],
    ['x$TWO', ['xa b']],
    ['$STAR', ["$VAR '#|"]],
    ['*.txt [a-z] a?b', ['*.txt', '[a-z]', 'a?b']],
    ['~ ~/x', ['~', '~/x']],
  ])('differ from sh by design: %j is neither split nor looked up', (text, expected) => {
    expect(words(text)).toEqual(expected);
  });

  it('tell where each word is written', () => {
    const text = `  a'b c' "" \\\n x$VAR\ty`;
    const spans = splitWords(text, variable).words.map(({ offset, length }) => text.slice(offset, offset + length));
    expect(spans).toEqual([`a'b c'`, '""', 'x$VAR', 'y']);
  });
});

describe('what only a shell could do', () => {
  it.each<[text: string, found: string, rewrite: string]>([
    ['a | b', '|', "'|'"],
    ['a || b', '||', "'||'"],
    ['a && b', '&&', "'&&'"],
    ['a &', '&', "'&'"],
    ['a; b', ';', "';'"],
    ['a > b', '>', "'>'"],
    ['a >> b', '>>', "'>>'"],
    ['a < b', '<', "'<'"],
    ['a << b', '<<', "'<<'"],
    ['a >| b', '>|', "'>|'"],
    ['a 2>&1', '2>&1', "'2>&1'"],
    ['a 2>b', '2>', "'2>'"],
    ['a >&- b', '>&-', "'>&-'"],
    ['a2>b', '>', "'>'"],
    ['"2">b', '>', "'>'"],
    ['a <(b', '<(', "'<('"],
    ['a ( b', '(', "'('"],
    ['a ) b', ')', "')'"],
    ['u?a=1&b=2', '&', "'&'"],
    ['x>=1', '>', "'>'"],
  ])('the operator in %j', (text, found, rewrite) => {
    expect(findings(text)).toEqual([['operator', found, rewrite]]);
    expect(splitWords(rewritten(text), variable).findings).toEqual([]);
  });

  it.each<[text: string, found: string, rewrite: string]>([
    ['$(date)', '$(date)', "'$(date)'"],
    ['a$(b c)d', '$(b c)', "'$(b c)'"],
    ['`date +%s` b', '`date +%s`', "'`date +%s`'"],
    ['`a \\` b` c', '`a \\` b`', "'`a \\` b`'"],
    ['$((1+(2)))', '$((1+(2)))', "'$((1+(2)))'"],
    ['$(a $(b) c) d', '$(a $(b) c)', "'$(a $(b) c)'"],
    ['$(a ")" \')\' \\) `)` ${b:-)}) d', '$(a ")" \')\' \\) `)` ${b:-)})', `'$(a ")" '"'"')'"'"' \\) \`)\` \${b:-)})'`],
    ['$(a (b)) d', '$(a (b))', "'$(a (b))'"],
    ['"x $(date) y"', '$(date)', '\\$(date)'],
    ['"x `date` y"', '`date`', '\\`date\\`'],
    ['"x $(echo "a b" \\n) y"', '$(echo "a b" \\n)', '\\$(echo \\"a b\\" \\\\n)'],
    ['a $$', '$$', "'$$'"],
    ['"$0"', '$0', '\\$0'],
    ['"$-"', '$-', '\\$-'],
  ])('the substitution in %j', (text, found, rewrite) => {
    expect(findings(text)).toEqual([['substitution', found, rewrite]]);
    const again = splitWords(rewritten(text), variable);
    expect(again.findings).toEqual([]);
    expect(again.words.map((word) => word.text)).toEqual(words(text));
  });

  it.each<[text: string, rewrite: string, then: readonly string[]]>([
    ['${VAR:-x}', '${VAR}', ['v']],
    ['${EMPTY:-x}', 'x', ['x']],
    ['${EMPTY-x}', '${EMPTY}', []],
    ['${UNKNOWN-x y}', 'x y', ['x', 'y']],
    ['"${UNKNOWN-x y}"', 'x y', ['x y']],
    ['${UNKNOWN:=x}', 'x', ['x']],
    ['a=${UNKNOWN:-}', "''", ['a=']],
    ['"${UNKNOWN:-}"', '', ['']],
    ['${VAR:+x}', 'x', ['x']],
    ['${UNKNOWN:+x}', "''", ['']],
    ['${VAR:?is not set}', '${VAR}', ['v']],
    ['${VAR%.x}', "'${VAR%.x}'", ['${VAR%.x}']],
    ['"${VAR##x}"', '\\${VAR##x}', ['${VAR##x}']],
    ['${#VAR}', "'${#VAR}'", ['${#VAR}']],
    ['${}', "'${}'", ['${}']],
    ['${a b}', "'${a b}'", ['${a b}']],
    ['"${UNKNOWN:-\'}"', "'", ["'"]],
    ['"${UNKNOWN:-"a}b"}"', '"a}b"', ['a}b']],
    ["${UNKNOWN:-'}'}", "'}'", ['}']],
  ])('the parameter operator in %j', (text, rewrite, then) => {
    expect(findings(text)).toEqual([['parameter', /\$\{.*\}/.exec(text)?.[0], rewrite]]);
    expect(words(rewritten(text))).toEqual(then);
  });

  it.each<[text: string, found: string]>([
    ['a "b', '"'],
    ["a 'b", "'"],
    [`a"b'`, '"'],
    ['"a\\', '"'],
    ['a $(b', '$('],
    ['a "$(b"', '$('],
    ['a `b', '`'],
    ['a ${b', '${'],
    ['$(a "b', '$('],
    ["$(a 'b)", '$('],
    ['$(`a)', '$('],
    ['$(a\\', '$('],
  ])('nothing closes %j', (text, found) => {
    const { findings: all } = splitWords(text, variable);
    expect(all.filter(({ severity }) => severity === 'error').map((finding) => brief(text, finding))).toContainEqual([
      'unterminatedQuote',
      found,
      undefined,
    ]);
  });

  it.each<[text: string, found: string, rewrite: string]>([
    ['a\nb', '\n', ' \\\n'],
    ['a b\n  c\n', '\n  ', ' \\\n  '],
    ['a \n\n\tb', ' \n\n\t', ' \\\n\t'],
    ['\na # note\nb', ' # note\n', ' \\\n'],
  ])('a line more in %j', (text, found, rewrite) => {
    const [newline] = findings(text).filter(([code]) => code === 'newline');
    expect(newline).toEqual(['newline', found, rewrite]);
    const joined = text.replace(found, rewrite);
    expect(splitWords(joined, variable).findings).toEqual([]);
    expect(words(joined)).toEqual(words(text));
  });

  it('no new line in front of the first word', () => {
    expect(splitWords('\n \na b\n\n', variable)).toMatchObject({ words: [{ text: 'a' }, { text: 'b' }], findings: [] });
  });

  it('no new line behind an operator, which has its own finding', () => {
    expect(findings('a |\n b').map(([code]) => code)).toEqual(['operator', 'newline']);
    expect(findings('a\n| b').map(([code]) => code)).toEqual(['operator']);
  });

  it.each<[text: string, work: readonly string[]]>([
    ['a && b', ['&&']],
    ['a; b', [';']],
    ['a >b 2>&1 | c', ['>', '2>&1', '|']],
    ['a $(b) `c`', ['$(b)', '`c`']],
    ['u?a=1&b=2 x>=1 a|b c;d "$(e)" $$', []],
  ])('tells shell work from forgotten quotes: %j', (text, work) => {
    const { shellWork } = splitWords(text, variable);
    expect(shellWork.map(({ offset, length }) => text.slice(offset, offset + length))).toEqual(work);
  });
});

describe('what is done otherwise than its author may think', () => {
  it.each<[text: string, ...found: (readonly string[])[]]>([
    ['$VAR', ['variable', '$VAR', "'$VAR'"]],
    ['"x ${VAR}"', ['variable', '${VAR}', '\\${VAR}']],
    ['$NO ${NO}', ['unknownVariable', '$NO', "'$NO'"], ['unknownVariable', '${NO}', "'${NO}'"]],
    ['"$1"', ['specialParameter', '$1', '\\$1']],
    ['$@', ['specialParameter', '$@', "'$@'"]],
  ])('a variable: %j', (text, ...found) => {
    expect(findings(text)).toEqual(found);
    expect(hasErrors(splitWords(text, variable).findings)).toBe(false);
    expect(splitWords(rewritten(text), variable).findings).toEqual([]);
  });

  it('a comment, a last backslash', () => {
    expect(splitWords('a #b c\\', variable)).toMatchObject({
      words: [{ text: 'a' }],
      findings: [{ code: 'command.comment', severity: 'warning', offset: 2, length: 5, params: { text: '#b c\\' } }],
    });
    expect(splitWords('a\\', variable).findings).toMatchObject([
      { code: 'command.trailingBackslash', severity: 'warning', offset: 1, length: 1 },
    ]);
  });

  it('never tells the value of a variable', () => {
    const text = '$SECRET "${SECRET}" ${SECRET:-x} ${SECRET%x}';
    expect(JSON.stringify(splitWords(text, () => 'hunter2').findings)).not.toContain('hunter2');
  });
});

describe('quoteWord', () => {
  it.each([
    ['', "''"],
    ['a-Z_0^@=+%,:./', 'a-Z_0^@=+%,:./'],
    ['a b', "'a b'"],
    ["it's", `'it'"'"'s'`],
    ['$x', "'$x'"],
    ['#', "'#'"],
    ['a\n', "'a\n'"],
    ['한', "'한'"],
  ])('quotes %j', (word, quoted) => {
    expect(quoteWord(word)).toBe(quoted);
  });
});
