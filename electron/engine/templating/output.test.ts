import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TemplateError } from './template.ts';
import { render, withValues } from './test-template.ts';

const data = withValues({ x: 'XX', l: ['p', 'q'], no: '<no value>' });

/** Each piece: its text, where it came from, and whether it was copied. */
function pieces(template: string): readonly (readonly [text: string, source: number, verbatim: boolean])[] {
  const { text, origins } = render(template, data);
  return origins.map(({ start, source, verbatim }, index) => [
    text.slice(start, origins[index + 1]?.start),
    source,
    verbatim,
  ]);
}

describe('where the output came from', () => {
  it.each([
    ['plain', [['plain', 0, true]]],
    [
      'a {{ .Values.x }} b',
      [
        ['a ', 0, true],
        ['XX', 2, false],
        [' b', 17, true],
      ],
    ],
    [
      'a  {{- .Values.x -}}  b',
      [
        ['a', 0, true],
        ['XX', 3, false],
        ['b', 22, true],
      ],
    ],
    [
      '{{ range .Values.l }}-{{ . }}{{ end }}',
      [
        ['-', 21, true],
        ['p', 22, false],
        ['-', 21, true],
        ['q', 22, false],
      ],
    ],
    [
      '{{ define "d" }}<{{ . }}>{{ end }}{{ template "d" .Values.x }}',
      [
        ['<', 16, true],
        ['XX', 17, false],
        ['>', 24, true],
      ],
    ],
    [
      'é🎉{{ .Values.x }}é',
      [
        ['é🎉', 0, true],
        ['XX', 3, false],
        ['é', 18, true],
      ],
    ],
    ['{{ .Values.nope }}{{ "" }}', []],
    [
      'a<no value>b',
      [
        ['a', 0, true],
        ['b', 11, true],
      ],
    ],
    [
      '1{{ .Values.nope }}2{{ .Values.no }}3',
      [
        ['1', 0, true],
        ['2', 19, true],
        ['3', 36, true],
      ],
    ],
    [
      'x <no {{ "value>y" }} z',
      [
        ['x ', 0, true],
        ['y', 6, false],
        [' z', 21, true],
      ],
    ],
  ])('%j', (template, expected) => {
    expect(pieces(template)).toEqual(expected);
  });

  const part = fc.oneof(
    fc.string(),
    fc.constantFrom(
      '{{.Values.x}}',
      '{{- .Values.nope -}}',
      '<no value>',
      '<no ',
      'value>',
      ' {{range .Values.l}}a{{.}} {{end}}',
      '\n',
      '가',
    ),
  );

  it('has no gaps, and copies only what stands in the template', () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const template = parts.join('');
        let rendered;
        try {
          rendered = render(template, data);
        } catch (error) {
          if (error instanceof TemplateError) return;
          throw error;
        }
        const { text, origins } = rendered;
        expect(text).not.toContain('<no value><no value>');
        expect(origins[0]?.start ?? 0).toBe(0);
        for (const [index, { start, source, verbatim }] of origins.entries()) {
          const end = origins[index + 1]?.start ?? text.length;
          expect(end).toBeGreaterThan(start);
          if (verbatim) expect(template.slice(source, source + end - start)).toBe(text.slice(start, end));
          else expect(template.startsWith('{{', source)).toBe(true);
        }
        if (origins.length === 0) expect(text).toBe('');
      }),
    );
  });
});
