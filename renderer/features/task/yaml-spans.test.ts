import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { yamlSpans } from './yaml-spans.ts';

const seen = (text: string) => yamlSpans(text).map(({ kind, start, end }) => [kind, text.slice(start, end)]);

describe('the colours of a task file', () => {
  it.each<[string, string[][]]>([
    ['version: v1.1.0', [['key', 'version']]],
    [
      '  - id: build # first',
      [
        ['key', 'id'],
        ['comment', '# first'],
      ],
    ],
    ['# note: all', [['comment', '# note: all']]],
    [
      '  cmd: $Registry/web:{{.Run.ID}} a#b',
      [
        ['key', 'cmd'],
        ['template', '$Registry'],
        ['template', '{{.Run.ID}}'],
      ],
    ],
    [
      '  when: ["-"]',
      [
        ['key', 'when'],
        ['string', '"-"'],
      ],
    ],
    [
      "  - cmd: sh -c 'it''s: so'",
      [
        ['key', 'cmd'],
        ['string', "'it''s: so'"],
      ],
    ],
    ['http://web:8080/', []],
    ["  build: don't", [['key', 'build']]],
    ['  env: "unclosed', [['key', 'env']]],
  ])('%s', (text, spans) => {
    expect(seen(text)).toEqual(spans);
  });

  it('lie within the text, in order, whatever it holds', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom(' ', '\n', ':', '#', '"', "'", '{', '}', '$', '-', 'a', 'b', '[', '\\', '가'),
        }),
        (text) => {
          let last = 0;
          for (const { start, end } of yamlSpans(text)) {
            expect(start).toBeGreaterThanOrEqual(last);
            expect(end).toBeGreaterThan(start);
            last = end;
          }
          expect(last).toBeLessThanOrEqual(text.length);
        },
      ),
    );
  });

  it.each([' ', 'a ', '"', '{', "'", '- ', 'a', '$'])('are found soon in a long line of %j', (part) => {
    expect(yamlSpans(part.repeat(60_000 / part.length)).length).toBeLessThanOrEqual(6_000);
  });
});
