import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasErrors } from './command-finding.ts';
import { quoteWord, splitWords } from './shell-words.ts';

const env: Readonly<Record<string, string>> = { VAR: 'v', TWO: 'a b', EMPTY: '', STAR: "$VAR '#|" };
const variable = (name: string) => (Object.hasOwn(env, name) ? env[name] : undefined);
const words = (text: string) => splitWords(text, variable).words.map((word) => word.text);

/** Texts that are full of what means something to a shell. */
const shellText = fc
  .array(
    fc.constantFrom(
      ...Array.from('"\'\\$`(){}|&;<>#\n\t =:-a1*~\0'),
      'VAR',
      'EMPTY',
      'TWO',
      '$(',
      '${',
      '$((',
      '🚀',
      '\uD83D',
    ),
  )
  .map((parts) => parts.join(''));

/** Each is read by the shell of this machine as well: no globs, no operators. */
const quoting = [
  '',
  '   ',
  'a',
  ' a  b\tc ',
  "''",
  '""',
  `a'b'"c"d`,
  `'a b'c "d e"f`,
  `"it's"`,
  `'"'`,
  `'it'"'"'s'`,
  `'it'\\''s'`,
  String.raw`a\ b`,
  String.raw`\a\b\\c`,
  '"\\a \\" \\\\ \\$ \\`"',
  String.raw`'\a \" \\ \$'`,
  String.raw`\"a\"`,
  String.raw`\'`,
  String.raw`"\'"`,
  String.raw`\$VAR \${VAR} \$\(date\)`,
  'a\\\nb',
  'a \\\n  b',
  'a\\\n b',
  '"a\\\nb"',
  "'a\\\nb'",
  '$VA\\\nR',
  '$\\\nVAR\\\n b',
  '"${VA\\\nR}"',
  '$\\\n',
  '\\\n#',
  '"a\nb"',
  "'a\nb'",
  'a\\',
  'a\n\n',
  '#',
  'a # b',
  'a #b "c',
  'a#b',
  '"#" \\# \'#\'',
  '$VAR',
  '${VAR}',
  'x$VAR',
  'x${VAR}y',
  '$VARx',
  '$VAR.x',
  '"$VAR"',
  "'$VAR'",
  '"$TWO"',
  '$EMPTY',
  'a $EMPTY b',
  'a "$EMPTY" b',
  'a $EMPTY"" b',
  'a$EMPTY',
  '$EMPTY$EMPTY',
  '$UNKNOWN a',
  '$EMPTY#a',
  '"$STAR"',
  '$',
  'a$',
  '$ a',
  '"$"',
  '"a$"',
  '$.',
  '"$ $."',
  '$%',
  '${VAR}$VAR$',
  '$1 $9 ${10} $10 "$@" a',
  '"$*" $!',
  '"$@"',
  'a "${@}" b',
  'a"$@"',
  '"$@"""',
  '"$@a"',
  '$? $#',
  '{ a, b }',
  '{{ .Run.ID }}',
  'a=b c==',
  '!x',
  '한글 "공 백" 🚀',
  '\\🚀',
  'a\rb',
  'a\u00a0b',
  'a\vb\f',
];

describe.skipIf(process.platform === 'win32')('quotes, escapes and variables', () => {
  it.each(quoting)('are read as by sh: %j', (text) => {
    const { stdout, stderr } = spawnSync('/bin/sh', ['-c', `printf '%s\\0' x ${text}`], {
      env,
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(hasErrors(splitWords(text, variable).findings)).toBe(false);
    expect(['x', ...words(text)]).toEqual(stdout.split('\0').slice(0, -1));
  });
});

it('splits what quoteWord quoted into the same words', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string({ unit: 'binary' }), shellText)), (list) => {
      const split = splitWords(list.map(quoteWord).join(' '), variable);
      expect(split.words.map((word) => word.text)).toEqual(list);
      expect(split.findings).toEqual([]);
    }),
  );
});

describe('any text', () => {
  it('is split without an exception, into spans inside of it and in its order', () => {
    fc.assert(
      fc.property(shellText, (text) => {
        const split = splitWords(text, variable);
        let end = 0;
        for (const { offset, length } of split.words) {
          expect(offset).toBeGreaterThanOrEqual(end);
          expect(length).toBeGreaterThan(0);
          end = offset + length;
        }
        expect(end).toBeLessThanOrEqual(text.length);
        for (const { offset, length } of split.findings) {
          expect(offset).toBeGreaterThanOrEqual(0);
          expect(length).toBeGreaterThan(0);
          expect(offset + length).toBeLessThanOrEqual(text.length);
        }
        // Words are no longer than what stands there, but for the values that were filled in.
        const longest = Math.max(1, ...Object.values(env).map(({ length }) => length));
        const length = split.words.reduce((sum, word) => sum + word.text.length, 0);
        expect(length).toBeLessThanOrEqual(text.length * longest);
        const offsets = split.findings.map(({ offset }) => offset);
        expect(offsets).toEqual(offsets.toSorted((one, other) => one - other));
      }),
      { numRuns: 2_000 },
    );
  });

  it.skipIf(process.platform === 'win32')('gives what sh gives, wherever there is no error', () => {
    // What sh looks up in folders or splits again is not ours.
    const plain = shellText.filter((text) => !/[*~\0\uD83D]|TWO/.test(text));
    const agreed = fc.sample(plain, { numRuns: 3_000, seed: 7 }).filter((text) => {
      const split = splitWords(text, variable);
      // A newline in front of the first word is left out by us alone.
      const start = text.slice(0, split.words[0]?.offset);
      return !hasErrors(split.findings) && !start.includes('\n');
    });
    expect(agreed.length).toBeGreaterThan(100);
    // Each text in a shell of its own would take minutes; in an eval of its own it ends where it ends.
    const line = (text: string) => `printf "%s\\0" ${text}`.replaceAll("'", String.raw`'\''`);
    const script = agreed.map((text) => `eval '${line(text)}'\nprintf '\\1\\0'\n`);
    const sh = spawnSync('/bin/sh', { input: script.join(''), env, encoding: 'utf8' });
    expect(sh.stderr).toBe('');
    const expected = agreed.map((text) => {
      const list = words(text);
      // Without a word printf prints its one empty one.
      return [...(list.length === 0 ? [''] : list), '\u0001'];
    });
    expect(sh.stdout.split('\0').slice(0, -1)).toEqual(expected.flat());
  });

  it.each([
    `"`,
    `'`,
    `\\`,
    '$',
    '`',
    '$(',
    '${',
    '(',
    ')',
    ';',
    '; ',
    '\n',
    'a\n',
    '# ',
    '#',
    '$a',
    '$a ',
    '"$(',
    '"${',
    '${a:-',
    ' ',
    'a',
    '"a" ',
  ])('of a million characters is read in one go: %j again and again', (part) => {
    let asked = 0;
    const text = part.repeat(Math.ceil(1_000_000 / part.length));
    const split = splitWords(text, () => String((asked += 1)));
    expect(asked).toBeLessThanOrEqual(text.length);
    expect(split.findings.length).toBeLessThanOrEqual(1_000);
  });
});
