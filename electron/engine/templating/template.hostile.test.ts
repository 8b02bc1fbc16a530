import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultLimits, renderTemplate, TemplateError, type TemplateMap } from './template.ts';
import { failureOf, now, readGolden, runData } from './test-template.ts';

const many = (text: string, count: number) => text.repeat(count);

// What a template from outside may try. Each ends by a limit, or isn't a template.
describe('hostile templates', () => {
  it.each<[name: string, template: string]>([
    ['a huge text', '{{ repeat 1000000000 "a" }}'],
    ['a huge text, doubled', '{{ $s := "aaaaaaaaaaaaaaaa" }}{{ range until 64 }}{{ $s = print $s $s }}{{ end }}'],
    ['a huge list', '{{ until 1000000000 }}'],
    ['a huge list, as a float', '{{ until 1e9 }}'],
    ['a huge list, backwards', '{{ untilStep 0 -9223372036854775807 -1 }}'],
    ['a huge list, doubled', '{{ $s := list 1 }}{{ range until 64 }}{{ $s = concat $s $s }}{{ end }}'],
    ['a template that calls itself', '{{ define "a" }}{{ template "a" }}{{ end }}{{ template "a" }}'],
    ['two calls of itself', '{{ define "a" }}{{ template "a" }}{{ template "a" }}{{ end }}{{ template "a" }}'],
    ['ranges in ranges', many('{{ range until 1000 }}', 10) + many('{{ end }}', 10)],
    ['output without end', '{{ range until 1000 }}{{ repeat 10000 "x" }}{{ end }}'],
    ['a wide number', '{{ range until 100 }}{{ printf "%999999d" 1 }}{{ end }}'],
    ['a precise number', '{{ range until 100 }}{{ printf "%.999999f" 1.5 }}{{ end }}'],
    ['a deep indentation', '{{ indent 1000000000 "a" }}'],
    ['many deep indentations', '{{ nindent 1000000 (repeat 1000 "\\n") }}'],
    ['many lines', '{{ wrapWith 1 (repeat 100000 "y") (repeat 1000000 "x") }}'],
    ['wrapping', '{{ range until 1000 }}{{ $_ := wrap 1 (repeat 1000000 "ab ") }}{{ end }}'],
    ['shuffling', '{{ shuffle (repeat 10000000 "a") }}'],
    ['much randomness', '{{ randAlphaNum 100000000 }}'],
    ['many keys', '{{ range until 1000000 }}{{ $_ := encryptAES "a" "b" }}{{ end }}'],
    ['replacing nothing', '{{ replace "" (repeat 1000 "b") (repeat 100000 "a") }}'],
    ['a slow search', '{{ contains (print (repeat 500000 "a") "b" (repeat 500000 "a")) (repeat 3000000 "a") }}'],
    ['a text measured often', '{{ $a := repeat 1000000 "é" }}{{ range until 100000 }}{{ $_ := len $a }}{{ end }}'],
    [
      'a text compared often',
      '{{ $a := repeat 1000000 "é" }}{{ $b := print $a "x" }}{{ range until 10000 }}{{ $_ := lt $a $b }}{{ end }}',
    ],
    ['a map that holds itself', '{{ $d := dict }}{{ $_ := set $d "d" $d }}{{ $d }}'],
    ['its JSON', '{{ $d := dict }}{{ $_ := set $d "d" $d }}{{ toJson $d }}'],
    ['its copy', '{{ $d := dict }}{{ $_ := set $d "d" $d }}{{ deepCopy $d }}'],
    ['it merged with itself', '{{ $d := dict }}{{ $_ := set $d "d" $d }}{{ merge $d $d }}'],
    [
      'two compared',
      '{{ $d := dict }}{{ $_ := set $d "d" $d }}{{ $e := dict }}{{ $_ := set $e "d" $e }}{{ deepEqual $d $e }}',
    ],
    [
      'a list that is printed out of itself',
      '{{ $s := list }}{{ range until 60 }}{{ $s = list $s $s }}{{ end }}{{ $s }}',
    ],
    ['its JSON', '{{ $s := dict }}{{ range until 60 }}{{ $s = dict "a" $s "b" $s }}{{ end }}{{ toJson $s }}'],
    ['lists in lists', '{{ $s := list }}{{ range until 10000 }}{{ $s = list $s }}{{ end }}{{ $s }}'],
    ['a large pattern', '{{ regexMatch (repeat 200 "(a|b|c){1000}") "a" }}'],
    ['a pattern over a large text', '{{ regexFind "(?:(a?){50}(a){50}|([a-z])([0-9]))$" (repeat 1000000 "a") }}'],
    ['many matches', '{{ regexFindAll "" (repeat 1000000 "a") -1 }}'],
    ['matches that look far ahead', '{{ regexReplaceAll "(a.*x)|a" (repeat 200000 "a") "b" }}'],
    ['a replacement that grows', '{{ regexReplaceAll "(a+)" (repeat 10000 "a") (repeat 10000 "$1") }}'],
    ['many patterns', '{{ range until 1000000 }}{{ $_ := regexMatch "a.*b[0-9]+" "xxx" }}{{ end }}'],
    ['many time zones', '{{ range until 1000000 }}{{ $_ := dateInZone "MST" 0 "America/New_York" }}{{ end }}'],
    ['a long layout', '{{ date (repeat 1000000 "January") now }}'],
    ['a long constraint', '{{ semverCompare (repeat 1000000 ">=1,") "1.2.3" }}'],
    ['a path of slashes', '{{ clean (repeat 1000000 "a/") }}'],
    ['unique numbers', '{{ uniq (until 100000) }}'],
    ['nothing but braces', many('{{', 500_000)],
    ['open parentheses', `{{${many('(', 100_000)}`],
    ['parentheses', `{{${many('(', 100_000)}1${many(')', 100_000)}}}`],
    ['calls in calls', `{{${many('add 1 (', 100_000)}1${many(')', 100_000)}}}`],
    ['open ifs', many('{{if 1}}', 100_000)],
    ['ifs', many('{{if 1}}', 100_000) + many('{{end}}', 100_000)],
    ['else ifs', `{{if 0}}${many('{{else if 0}}', 100_000)}{{end}}`],
    ['very many actions', many('{{.}}', 300_000)],
    ['a long pipeline', `{{1${many('|add 1', 200_000)}}}`],
    ['very many arguments', `{{list ${many('1 ', 500_000)}}}`],
    ['very many variables', many('{{$a:=1}}', 200_000)],
    ['a long template', many('x', 3_000_000)],
  ])('%s', (_, template) => {
    expect(['limit', 'syntax']).toContain(failureOf(template).kind);
  });

  it.each<[name: string, template: string, out: string]>([
    ['a step of nothing', '{{ untilStep 0 5 0 }}', '[]'],
    ['a width that Go refuses', '{{ printf "%9999999999d" 1 }}', '%!(NOVERB)%!(EXTRA int=1)'],
    ['a factor that wraps', '{{ mul 9223372036854775807 9223372036854775807 }}', '1'],
    ['a number of very many digits', '{{ atoi (repeat 1000000 "7") }}', '9223372036854775807'],
    ['a pattern that is no pattern', '{{ regexMatch (repeat 1000 "(") "a" }}', 'false'],
    ['what is deep, but not too deep', `{{${many('add 1 (', 150)}1${many(')', 150)}}}`, '151'],
  ])('%s does no harm', (_, template, out) => {
    expect(renderTemplate(template, runData, { name: 't', now }).text).toBe(out);
  });

  it('are held by the limits that they are given', () => {
    const limits = { ...defaultLimits, outputBytes: 100 };
    const data: TemplateMap = new Map([['l', Array.from({ length: 100 }, () => 'a')]]);
    expect(() => renderTemplate('{{ range .l }}{{ . }}{{ end }}', data, { name: 't', now, limits })).toThrow(
      expect.objectContaining({ kind: 'limit' }),
    );
  });

  it('may come with data that is deep', () => {
    let deep: TemplateMap = new Map();
    for (let level = 0; level < 100_000; level += 1) deep = new Map([['a', deep]]);
    expect(failureOf('{{ . }}', deep).kind).toBe('limit');
  });

  it.each([
    ['parentheses', `{{${many('add 1 (', 190)}1${many(')', 190)}}}`],
    ['ifs', many('{{if 1}}', 190) + many('{{end}}', 190)],
    ['lists', `{{ $s := list }}{{ range until 190 }}{{ $s = list $s }}{{ end }}{{ len (toJson $s) }}`],
  ])('%s need less than half of the stack', (_, template) => {
    const capacity = descend(0);
    expect(
      atDepth(Math.floor(capacity / 2), () => renderTemplate(template, runData, { name: 't', now })),
    ).toBeDefined();
  });

  it.each([
    ['parentheses', `{{${many('add 1 (', 3000)}1${many(')', 3000)}}}`],
    ['more parentheses', `{{${many('(', 100_000)}`],
    ['a template that calls itself', '{{ define "a" }}{{ template "a" }}{{ end }}{{ template "a" }}'],
  ])('of %s end by a limit also where the stack ends first', (_, template) => {
    const limits = { ...defaultLimits, depth: 1_000_000 };
    expect(() => renderTemplate(template, runData, { name: 't', now, limits })).toThrow(
      expect.objectContaining({ kind: 'limit' }),
    );
  });
});

/** How many calls deep the stack is from here. */
function descend(depth: number): number {
  try {
    return descend(depth + 1);
  } catch (error) {
    if (error instanceof RangeError) return depth;
    throw error;
  }
}

function atDepth<T>(depth: number, run: () => T): T {
  return depth <= 0 ? run() : atDepth(depth - 1, run);
}

describe('whatever is taken for a template', () => {
  const golden = ['go-template', 'go-syntax', 'sprig'].flatMap((name) => readGolden(name).cases.map(({ t }) => t));
  const { data } = readGolden('go-template');

  function expectTemplateErrorAtMost(template: string): void {
    try {
      const { text } = renderTemplate(template, data, { name: 't', now });
      expect(text).not.toMatch(/\p{Cs}/u);
    } catch (error) {
      expect(error).toBeInstanceOf(TemplateError);
      if (error instanceof TemplateError) expect(error.offset).toBeLessThanOrEqual(template.length);
    }
  }

  const words =
    '{{ }} {{- -}} ( ) | . $ $x := = "a" `b` \'c\' 1 0x1 1.5 nil if else end range with break continue .Values.x ' +
    'define"d" template"d" block"b" printf list dict index regexReplaceAll repeat splitList toJson é';
  const token = fc.constantFrom(...words.split(' '), ' ', '\n', '\ud83c');

  it('throws a TemplateError at most, of any text', () => {
    // Lone surrogates as well.
    const letter = fc.oneof(fc.nat({ max: 0x7f }), fc.nat({ max: 0x10ffff })).map((code) => String.fromCodePoint(code));
    const text = fc.array(fc.oneof(letter, fc.constantFrom('{{', '}}')), { maxLength: 100 }).map((all) => all.join(''));
    fc.assert(fc.property(text, expectTemplateErrorAtMost), { numRuns: 1000 });
  });

  it('throws a TemplateError at most, of any tokens', () => {
    const template = fc.array(token, { maxLength: 40 }).map((tokens) => tokens.join(' '));
    fc.assert(fc.property(template, expectTemplateErrorAtMost), { numRuns: 1000 });
  });

  it('throws a TemplateError at most, of templates that were damaged', () => {
    const damaged = fc
      .record({
        template: fc.constantFrom(...golden.filter((template) => template.length < 300)),
        from: fc.double({ min: 0, max: 1, noNaN: true }),
        size: fc.nat({ max: 10 }),
        put: fc.oneof(token, fc.string({ maxLength: 5 })),
      })
      .map(({ template, from, size, put }) => {
        const at = Math.floor(from * template.length);
        return template.slice(0, at) + put + template.slice(at + size);
      });
    fc.assert(fc.property(damaged, expectTemplateErrorAtMost), { numRuns: 2000 });
  });
});
