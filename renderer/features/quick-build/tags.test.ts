import { describe, expect, it } from 'vitest';
import { hostOf, previewTag, tagPieces, tagProblem } from './tags.ts';

/** The preview as one text, what isn't known yet in angle brackets. */
function read(template: string, registry = '', push = true): string {
  const { pieces, destination } = previewTag(template, registry, push);
  const text = pieces.map((piece) =>
    piece.kind === 'text' ? piece.text : piece.kind === 'variable' ? `<${piece.name}>` : `<${piece.text}>`,
  );
  return `${text.join('')} -> ${destination.kind === 'registry' ? destination.host : destination.kind}`;
}

describe('previewTag', () => {
  it.each([
    ['web:{{.Run.ID}}', '', 'web:<ID> -> engine'],
    ['web:$ID', '', 'web:<ID> -> engine'],
    ['web:{{ .Run.ID }}', 'reg.example.com', 'reg.example.com/web:<ID> -> reg.example.com'],
    ['ghcr.io/ana/web:1', 'reg.example.com', 'ghcr.io/ana/web:1 -> ghcr.io'],
    ['localhost/web', 'reg.example.com', 'localhost/web -> localhost'],
    ['127.0.0.1:5000/web', '', '127.0.0.1:5000/web -> 127.0.0.1:5000'],
    ['ana/web', 'reg.example.com', 'reg.example.com/ana/web -> reg.example.com'],
    ['$Registry/web:1', 'reg.example.com', 'reg.example.com/web:1 -> reg.example.com'],
    ['{{.Run.RegistryName}}/web', 'reg.example.com', 'reg.example.com/reg/web -> reg.example.com'],
    ['web:{{.Run.Branch | lower}}-$Date', '', 'web:<{{.Run.Branch | lower}}>-<Date> -> engine'],
    ['web:$TaskName', '', 'web:$TaskName -> engine'],
    ['web:$IDx', '', 'web:$IDx -> engine'],
    ['web:$ID-2', '', 'web:<ID>-2 -> engine'],
    ['web:{{.Run.Nope}}', '', 'web:<{{.Run.Nope}}> -> engine'],
  ])('%s, registry "%s": %s', (template, registry, expected) => {
    expect(read(template, registry)).toBe(expected);
  });

  it('says that nothing is pushed when pushing is off', () => {
    expect(read('ghcr.io/ana/web:1', '', false)).toBe('ghcr.io/ana/web:1 -> notPushed');
  });

  it('puts neighbouring texts together', () => {
    expect(tagPieces('$HOME/$Registry', 'r.example.com')).toEqual([{ kind: 'text', text: '$HOME/r.example.com' }]);
  });
});

describe('hostOf', () => {
  it.each([
    ['web', undefined],
    ['ana/web', undefined],
    ['my.registry/web', 'my.registry'],
    ['my:5000/web', 'my:5000'],
    ['localhost/web', 'localhost'],
    ['web:1.0', undefined],
  ])('of %s is %s', (name, host) => {
    expect(hostOf(name)).toBe(host);
  });
});

describe('tagProblem', () => {
  it.each([
    'web',
    'web:1',
    'a/b-c/d__e.f:1.0_x-Y',
    'web:{{.Run.ID}}',
    'reg.example.com:5000/web:$ID',
    '$Registry/web',
    `web:${'t'.repeat(128)}`,
    '[::1]:5000/web',
  ])('has nothing against %s', (template) => {
    expect(tagProblem(template)).toBeUndefined();
  });

  it.each([
    ['Web:1', 'capitals'],
    ['ana/Web', 'capitals'],
    ['web:', 'tag'],
    ['web:-1', 'tag'],
    [`web:${'t'.repeat(129)}`, 'tag'],
    ['web app', 'name'],
    ['-web', 'name'],
    ['/web', 'name'],
    ['a//b', 'name'],
    ['re_g.example.com/web', 'name'],
    ['결제:1', 'name'],
    ['web:{{.Run.ID', 'unclosed'],
    ['web@sha256:abc', 'digest'],
  ])('says what is wrong with %s: %s', (template, problem) => {
    expect(tagProblem(template)).toBe(problem);
  });
});
