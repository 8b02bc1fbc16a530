import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseChallenge } from './challenge.ts';

describe('parseChallenge', () => {
  it.each<[string | undefined, unknown]>([
    [undefined, undefined],
    ['', undefined],
    ['Basic realm="Registry Realm"', { kind: 'basic' }],
    ['BASIC', { kind: 'basic' }],
    ['Negotiate', undefined],
    ['Bearer', undefined],
    [
      'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/x:pull"',
      {
        kind: 'bearer',
        realm: 'https://auth.docker.io/token',
        service: 'registry.docker.io',
      },
    ],
    ['bearer Realm = "https://a/t" , SERVICE=plain', { kind: 'bearer', realm: 'https://a/t', service: 'plain' }],
    ['Bearer realm="https://a/\\"t\\"",error="x, y"', { kind: 'bearer', realm: 'https://a/"t"' }],
    ['Bearer realm="first",realm="second"', { kind: 'bearer', realm: 'first' }],
    ['Basic realm="x", Bearer realm="https://a/t"', { kind: 'bearer', realm: 'https://a/t' }],
    ['Negotiate abc==, Basic realm="x"', { kind: 'basic' }],
    ['Bearer realm="never ends', undefined],
    ['Basic realm="x', { kind: 'basic' }],
  ])('reads %j', (header, expected) => {
    expect(parseChallenge(header)).toEqual(expected);
  });

  it('comes to an end with any header', () => {
    const piece = fc.constantFrom('Bearer ', 'Basic', 'realm', '=', '"', '\\', ',', ' ', 'a', '\u0000', '한');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 200 }), (pieces) => {
        const challenge = parseChallenge(pieces.join(''));
        expect([undefined, 'basic', 'bearer']).toContain(challenge?.kind);
      }),
    );
    expect(parseChallenge(`Bearer realm="${'\\'.repeat(1_000_000)}`)).toBeUndefined();
  });
});
