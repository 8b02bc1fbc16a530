import { describe, expect, it } from 'vitest';
import { fromJson, render, withValues } from './test-template.ts';

function names(template: string, data = withValues({ a: 'x', l: ['p'], m: {}, n: null })): readonly string[] {
  return render(template, data).undefinedNames.map(({ name }) => name);
}

describe('names that nobody defined', () => {
  it.each([
    ['{{ .Values.nope }}', ['.Values.nope']],
    ['{{ .Run.Nope }} {{ .Nope }}', ['.Run.Nope', '.Nope']],
    ['{{ $.Values.nope }}', ['.Values.nope']],
    ['{{ range .Values.l }}{{ $.Values.nope }}{{ end }}', ['.Values.nope']],
    ['{{ with .Values }}{{ .nope }}{{ end }}', ['.nope']],
    ['{{ $v := .Values }}{{ $v.nope }}', ['$v.nope']],
    ['{{ (dict "a" 1).nope }}', ['(dict "a" 1).nope']],
    ['{{ index .Values "a-b" }}', ['.Values.a-b']],
    ['{{ index .Values "m" "x-y" }}', ['.Values.m.x-y']],
    ['{{ printf "%v" .Values.nope }}', ['.Values.nope']],
    ['{{ if eq .Values.nope "x" }}{{ end }}', ['.Values.nope']],
    ['{{ if .Values.a }}{{ .Values.nope }}{{ end }}', ['.Values.nope']],
    ['{{ default .Values.nope .Values.a }}', ['.Values.nope']],
    ['{{ range .Values.nope }}{{ end }}', ['.Values.nope']],
    ['{{ and .Values.a .Values.nope }}', ['.Values.nope']],
    ['{{ or .Values.m .Values.nope }}', ['.Values.nope']],
    ['{{ .Values.nope | toString | default "d" }}', ['.Values.nope']],
    ['{{ define "x" }}{{ $.nope }}{{ end }}{{ template "x" .Values }}', ['$.nope']],
  ])('%s tells %j', (template, expected) => {
    expect(names(template)).toEqual(expected);
  });

  it.each([
    '{{ .Values.nope | default "d" }}',
    '{{ default "d" .Values.nope }}',
    '{{ default "d" (index .Values "a-b") }}',
    '{{ index .Values "a-b" | default "d" }}',
    '{{ coalesce .Values.nope .Values.nada "d" }}',
    '{{ empty .Values.nope }}',
    '{{ not .Values.nope }}',
    '{{ .Values.nope | empty | not }}',
    '{{ if .Values.nope }}{{ end }}',
    '{{ if not .Values.nope }}{{ end }}',
    '{{ if and .Values.a .Values.nope }}{{ end }}',
    '{{ if or .Values.nope (and .Values.a .Values.nada) }}{{ end }}',
    '{{ if (or .Values.nope .Values.nada) }}{{ end }}',
    '{{ if .Values.nope | not }}{{ end }}',
    '{{ with .Values.nope }}{{ end }}',
    '{{ with $x := .Values.nope }}{{ end }}',
    '{{ range .Values.nope }}{{ else }}none{{ end }}',
    '{{ or .Values.nope "d" }}',
    '{{ hasKey .Values "nope" }}',
    '{{ (or .Values.nope "d") | upper }}',
  ])('%s says itself what holds then', (template) => {
    expect(names(template)).toEqual([]);
  });

  it.each([
    // Somebody defined it: as nothing, as empty, or as a text.
    '{{ .Values.n }}',
    '{{ index .Values "n" }}',
    '{{ .Values.m }}',
    '{{ (split "," "a")._7 }}',
    // Never looked at.
    '{{ if false }}{{ .Values.nope }}{{ end }}',
  ])('%s is no such name', (template) => {
    expect(names(template)).toEqual([]);
  });

  it('are told once a place, with the place', () => {
    const template = 'a {{ range .l }}{{ $.nope }}{{ .nope }}{{ end }} {{ .nope }}';
    expect(render(template, fromJson({ l: [{}, {}, {}] })).undefinedNames).toEqual([
      { name: '.nope', offset: template.indexOf('$.nope') },
      { name: '.nope', offset: template.indexOf('.nope }}{{ end') },
      { name: '.nope', offset: template.lastIndexOf('.nope') },
    ]);
  });
});
