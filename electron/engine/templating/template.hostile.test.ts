import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultLimits, renderTemplate, TemplateError, type TemplateMap } from './template.ts';
import { hostileTemplates, many } from './test-hostile.ts';
import { failureOf, now, readGolden, runData } from './test-template.ts';

describe('hostile templates', () => {
  it.each(hostileTemplates)('%s', (_, template) => {
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
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(defaultLimits.outputBytes);
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
