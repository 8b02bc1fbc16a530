import { describe, expect, it } from 'vitest';
import { renderTemplate } from './template.ts';
import { failureOf, fromJson, now, outcome, render, runData, withValues } from './test-template.ts';

// Spec: templating 6. The numbers are those of its table.
describe('templates of a task', () => {
  it.each([
    ['T1', '{{.Run.Registry}}/a:{{.Run.ID}}', {}, 'myreg.azurecr.io/a:ca1'],
    ['T2', '{{.Build.ID}}', {}, 'ca1'],
    ['T3', '{{.Run.RegistryName}} {{.Run.Date}}', {}, 'myreg 20240309-080706z'],
    ['T4', '[{{.Run.Nope}}][{{.Values.nope}}][{{.Nope}}]', {}, '[][][]'],
    ['T6', '{{.Values.x}}', { x: '2' }, '2'],
    ['T8', '{{.Values.x}}', { x: 'a=b=' }, 'a=b='],
    ['T9', '[{{.Values.x}}]', { x: '' }, '[]'],
    ['T10', '{{.Values.x}}|{{.Values.y}}', { x: '1,y=2' }, '1,y=2|'],
    ['T11', '{{if .Values.x}}yes{{else}}no{{end}}', { x: 'false' }, 'yes'],
    ['T12', '{{kindOf .Values.x}} {{add .Values.x 1}}', { x: '41' }, 'string 42'],
    ['T13', '{{.Run.Branch | upper}}', {}, 'MAIN'],
    ['T14', '{{.Values.x | default "d"}}', {}, 'd'],
    ['T15', '{{coalesce .Run.GitTag .Run.Branch "x"}}', {}, 'main'],
    // The original gives Base64 of Go's `<int Value>` for the 5 (spec: templating 4, "Follow").
    ['T16', '[{{.Values.n | b64enc}}] {{"hi" | b64enc}} {{.Values.i | b64enc}}', { i: 5 }, '[] aGk= NQ=='],
    ['T17', '{{"aGk=" | b64dec}}', {}, 'hi'],
    ['T18', '{{"!" | b64dec}}', {}, 'illegal base64 data at input byte 0'],
    ['T19', '{{.Run.Registry | replace "." "-"}}', {}, 'myreg-azurecr-io'],
    ['T20', '{{(split "." .Run.Registry)._0}} {{splitList "." .Run.Registry | first}}', {}, 'myreg myreg'],
    ['T21', '{{trunc 3 .Run.Commit}}', {}, '0a1'],
    ['T22', '{{.Run.Date | substr 0 8}}', {}, '20240309'],
    ['T23', '{{printf "%s-%s" .Run.OS .Run.Architecture}}', {}, 'linux-amd64'],
    ['T24', '{{ternary "t" "f" (eq .Run.OS "linux")}}', {}, 't'],
    ['T25', '{{range $i,$e := .Values.l}}{{$i}}={{$e}};{{end}}', { l: ['p', 'q'] }, '0=p;1=q;'],
    ['T26', '{{join "," .Values.l}} {{has "a" .Values.l}} {{len .Values.l}}', { l: ['a', 'b'] }, 'a,b true 2'],
    ['T27', '{{.Values.i}} {{.Values.f}} {{.Values.y}}', { i: 7, f: 1.1, y: true }, '7 1.1 true'],
    ['T28', '{{index .Values "a-b"}}', { 'a-b': 'q' }, 'q'],
    ['T29', '{{camelcase "a_b"}} {{snakecase "aB"}} {{kebabcase "aB"}}', {}, 'AB a_b a-b'],
    ['T30', '{{div 7 2}} {{mod 7 2}} {{max 1 3}} {{atoi "x"}} {{add1 4}}', {}, '3 1 3 0 5'],
    ['T31', '{{regexReplaceAll "[^a-z0-9]" "A.b-1" "_"}}', {}, '__b_1'],
    ['T32', '{{semverCompare ">=1.0" "1.2.0"}}', {}, 'true'],
    ['T33', '{{"a" | sha256sum | trunc 8}}', {}, 'ca978112'],
    ['T34', 'a:{{nindent 2 "b: c"}}', {}, 'a:\n  b: c'],
    ['T35', 'a: <no value> b', {}, 'a:  b'],
    ['T36', '{{/* only */}}', {}, ''],
    ['T37', 'docker inspect --format "{{"{{"}}.Id{{"}}"}}" x', {}, 'docker inspect --format "{{.Id}}" x'],
    ['T39b', '{{toJson .Values}}', { x: '<&>' }, String.raw`{"x":"\u003c\u0026\u003e"}`],
    ['T41', '{{toJson .Values}}', { x: '1' }, '{"x":"1"}'],
    ['T42', '{{.Values.x}}', { x: '{{.Run.ID}}' }, '{{.Run.ID}}'],
    ['T43', '{{eq .Values.x ""}}', {}, 'false'],
    ['T44', '{{.Values.n.y}}', { n: { y: 'z' } }, 'z'],
    ['T47', 'x: y # {{.Run.ID}}', {}, 'x: y # ca1'],
  ])('%s %s', (_, template, values, text) => {
    expect(render(template, withValues(values)).text).toBe(text);
  });

  it.each([
    ['T5', '{{.Values.a.b}}', 'execution', 'at <.Values.a.b>: nil pointer evaluating interface {}.b'],
    ['T5', '{{.Nope.x}}', 'execution', 'nil pointer evaluating interface {}.x'],
    ['T5', '{{.run.id}}', 'execution', 'nil pointer evaluating interface {}.id'],
    ['T28', '{{.Values.a-b}}', 'syntax', "bad character U+002D '-'"],
    ['T45', '{{fail "boom"}}', 'execution', 'error calling fail: boom'],
    ['4.1', '{{foo}}', 'unknownFunction', 'function "foo" not defined'],
    ['4.1', '{{if}}', 'syntax', 'missing value for if'],
  ])('%s %s fails', (_, template, kind, message) => {
    const failure = failureOf(template);
    expect(failure.kind).toBe(kind);
    expect(failure.message).toContain(message);
  });

  it.each(['include', 'tpl', 'required', 'toYaml', 'fromYaml', 'lookup'])('knows no function %s', (name) => {
    expect(failureOf(`{{ ${name} "x" }}`)).toMatchObject({
      kind: 'unknownFunction',
      message: `template: t:1: function "${name}" not defined`,
      offset: 3,
    });
  });
});

describe('an error', () => {
  it.each([
    ['line 1\nline 2 {{ .Values.a.b }}', 'template: t:2:17: executing', 17],
    ['한글 {{ .Values.a.b }}', 'template: t:1:17: executing', 6],
    ['{{ 1 }}\n{{ "open', 'template: t:2: unterminated quoted string', 11],
    ['{{ if .Run.ID }}\n', 'template: t:2: unexpected EOF', 17],
    ['{{define "x"}}\n{{ fail "z" }}{{end}}{{template "x"}}', 'executing "x" at <fail "z">', 18],
  ])('in %j says where: %s', (template, message, offset) => {
    const failure = failureOf(template);
    expect(failure.message).toContain(message);
    expect(failure.offset).toBe(offset);
  });

  it('names the template as it is called', () => {
    expect(() => renderTemplate('{{', runData, { name: 'acb.yaml', now })).toThrow(
      'template: acb.yaml:1: unclosed action',
    );
  });
});

describe('data', () => {
  it.each([
    ['{{ .Values.__proto__ }}|{{ .Values.constructor }}|{{ .Values.toString }}|{{ .Values.hasOwnProperty }}', '|||'],
    ['{{ hasKey .Values "constructor" }}{{ hasKey (dict) "__proto__" }}', 'falsefalse'],
    ['{{ $d := dict "__proto__" "p" "constructor" "c" }}{{ $d.__proto__ }}{{ $d.constructor }}{{ $d.x }}', 'pc'],
    ['{{ toJson (dict "__proto__" 1) }}', '{"__proto__":1}'],
    ['{{ printf "%constructor" 1 }}', '\u0001onstructor'],
    ['{{ regexReplaceAll "(a)" "a" "$constructor" }}', ''],
  ])('has no names of its own: %s', (template, text) => {
    expect(render(template).text).toBe(text);
  });

  it.each(['constructor', '__proto__', 'valueOf', 'hasOwnProperty'])('%s is no function', (name) => {
    expect(failureOf(`{{ ${name} }}`).kind).toBe('unknownFunction');
  });

  it('stays as it is, whatever a template sets', () => {
    const inner = new Map([['a', 'old']]);
    const data = new Map([['Values', inner]]);
    expect(render('{{ $_ := set .Values "a" "new" }}{{ .Values.a }}', data).text).toBe('new');
    expect(inner.get('a')).toBe('old');
  });

  it('may hold the same thing in many places without growing', () => {
    let shared: ReadonlyMap<string, unknown> = new Map([['x', 'y']]);
    for (let level = 0; level < 60; level += 1) shared = new Map(['a', 'b'].map((key) => [key, shared]));
    expect(render('{{ len . }}', shared as typeof runData).text).toBe('2');
  });

  it('takes an integer that is no int64 for a float', () => {
    const data = new Map([['n', 2n ** 64n]]);
    expect(render('{{ .n }} {{ kindOf .n }}', data).text).toBe('1.8446744073709552e+19 float64');
  });

  it('ranges over the keys of a map in the order of their bytes', () => {
    const data = fromJson({ b: 1, é: 2, Z: 3, '🎉': 4, '\uFFEE': 5, a: 6 });
    expect(render('{{ range $k, $v := . }}{{ $k }}{{ end }}', data).text).toBe('Zabé\uFFEE🎉');
  });
});

describe('text that is cut within a letter', () => {
  it.each([
    ['{{ trunc 4 "한글" }}', '한\uFFFD'],
    ['{{ trunc 4 "한글" | len }}', '4'],
    ['{{ print (trunc 1 "é") (substr 1 2 "é") | len }}', '2'],
    ['{{ "7ZWc" | b64dec }}{{ "/w==" | b64dec }}', '한\uFFFD'],
    ['{{ "/w==" | b64dec | b64enc }}', '/w=='],
    ['{{ "\\xed\\x95\\x9c" }}', '한'],
    ['{{ wrap 3 "한글 말" }}', '한글\n말'],
    // Where the original takes bytes for letters, and makes rubbish of them, letters stay whole.
    ['{{ nospace "안녕 세계" }}{{ initials "안녕 세계" }}', '안녕세계안세'],
  ])('%s', (template, text) => {
    expect(outcome(template)).toEqual({ out: text });
  });
});

describe('functions that read the host', () => {
  it('give nothing, and are told each once', () => {
    const template =
      '{{ range until 3 }}{{ env "HOME" }}{{ end }}[{{ expandenv "$HOME" | default "x" }}{{ getHostByName "h" }}]';
    expect(render(template)).toMatchObject({
      text: '[x]',
      hostReads: [
        { function: 'env', offset: template.indexOf('env') },
        { function: 'expandenv', offset: template.indexOf('expandenv') },
        { function: 'getHostByName', offset: template.indexOf('getHostByName') },
      ],
    });
  });

  it('are told of where they ran only', () => {
    expect(render('{{ if false }}{{ env "HOME" }}{{ end }}').hostReads).toEqual([]);
  });
});
