import { describe, expect, it } from 'vitest';
import { outcome } from './test-template.ts';

// https://pkg.go.dev/text/template#hdr-Text_and_spaces, and Go's own parse/lex_test.go.
describe('trim markers', () => {
  it.each([
    ['{{23 -}} < {{- 45}}', '23<45'],
    ['x {{- 1 }} y', 'x1 y'],
    ['x {{ 1 -}} y', 'x 1y'],
    ['x \t\r\n {{- 1 -}} \n\t\r y', 'x1y'],
    ['x {{-\n1\n-}} y', 'x1y'],
    ['x {{-\t1\t-}} y', 'x1y'],
    // Without a blank it is a minus.
    ['x {{-3}}', 'x -3'],
    ['x {{- -3}}', 'x-3'],
    ['x {{1 -}}  ', 'x 1'],
    // No other kind of blank is trimmed.
    ['x\u00a0{{- 1 -}}\u00a0y', 'x\u00a01\u00a0y'],
    ['x\v{{- 1 -}}\fy', 'x\v1\fy'],
    ['x {{- /* c */ -}} y', 'xy'],
    ['x {{/* c */ -}} y', 'x y'],
    ['x {{- /* c */}} y', 'x y'],
    ['x {{- "" -}} y', 'xy'],
    [' {{- 1 -}} {{- 2 -}} ', '12'],
    ['{{- if true -}} a {{- end -}} b', 'ab'],
  ])('%j becomes %j', (template, out) => {
    expect(outcome(template)).toEqual({ out });
  });

  it.each([
    ['{{1-}}', 'template: t:1: bad number syntax: "1-"'],
    ['{{ 1 - }}', 'template: t:1: illegal number syntax: "-"'],
    ['{{ /* c */ }}', 'template: t:1: unexpected "/" in command'],
    ['{{/* c */ }}', 'template: t:1: comment ends before closing delimiter'],
    ['{{/* c', 'template: t:1: unclosed comment'],
    ['{{-}}', 'template: t:1: illegal number syntax: "-"'],
  ])('%j fails', (template, err) => {
    expect(outcome(template)).toEqual({ err });
  });
});

describe('literals', () => {
  it.each([
    ['{{ 0x1F }} {{ 0b101 }} {{ 0o17 }} {{ 017 }} {{ 1_000 }} {{ 0x_1F }}', '31 5 15 15 1000 31'],
    ['{{ 1e3 }} {{ 1.5e-3 }} {{ .5 }} {{ 5. }} {{ 0x1p4 }} {{ 1e21 }}', '1000 0.0015 0.5 5 16 1e+21'],
    [`{{ 'a' }} {{ 'é' }} {{ '\\n' }} {{ '\\x41' }} {{ '\\'' }}`, '97 233 10 65 39'],
    ['{{ "a\\tb\\"c\\\\" }}', 'a\tb"c\\'],
    ['{{ `a\\tb"` }}', 'a\\tb"'],
    ['{{ `a\r\nb` }}', 'a\nb'],
    ['{{ 1i }} {{ 1+2i }}', '(0+1i) (1+2i)'],
    ['{{ true }} {{ false }}', 'true false'],
    ['{{ -9223372036854775808 }}', '-9223372036854775808'],
  ])('%s', (template, out) => {
    expect(outcome(template)).toEqual({ out });
  });
});
