import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeIn, parseDeepLink, placeOf } from './deep-link.ts';

describe('parseDeepLink', () => {
  it.each([
    ['slipway://run/ca4', { kind: 'run', runId: 'ca4' }, '/runs/ca4'],
    [
      'slipway://run/ca4?step=test&line=120',
      { kind: 'run', runId: 'ca4', step: 'test', line: 120 },
      '/runs/ca4?step=test&line=120',
    ],
    ['slipway://run/ca4/?line=0', { kind: 'run', runId: 'ca4' }, '/runs/ca4'],
    ['slipway://run/ca4?line=-5&step=a%20b&onload=x', { kind: 'run', runId: 'ca4' }, '/runs/ca4'],
    [
      'slipway://new?context=%2Fsrc%2Fmy%20web',
      { kind: 'newBuild', context: '/src/my web' },
      '/build?context=%2Fsrc%2Fmy+web',
    ],
    ['slipway://new?context=C%3A%5Csrc', { kind: 'newBuild', context: 'C:\\src' }, '/build?context=C%3A%5Csrc'],
    [
      'slipway://new?context=%2F%EC%9E%91%EC%97%85',
      { kind: 'newBuild', context: '/작업' },
      '/build?context=%2F%EC%9E%91%EC%97%85',
    ],
    [
      'slipway://new?context=https%3A%2F%2Fgithub.com%2Fana%2Fweb.git%23main%3Aapi',
      { kind: 'newSource', address: 'https://github.com/ana/web.git#main:api' },
      '/build?from=https%3A%2F%2Fgithub.com%2Fana%2Fweb.git%23main%3Aapi',
    ],
    [
      'slipway://new?context=oci%3A%2F%2Freg.example%2Fa%3A1',
      { kind: 'newSource', address: 'oci://reg.example/a:1' },
      '/build?from=oci%3A%2F%2Freg.example%2Fa%3A1',
    ],
    [
      'slipway://new?context=https%3A%2F%2Fh%2Fctx.tgz',
      { kind: 'newSource', address: 'https://h/ctx.tgz' },
      '/build?from=https%3A%2F%2Fh%2Fctx.tgz',
    ],
  ])('reads %s', (text, link, place) => {
    const parsed = parseDeepLink(text);
    expect(parsed).toEqual(link);
    expect(parsed && placeOf(parsed)).toBe(place);
  });

  it.each([
    'https://run/ca4',
    'slipway://',
    'slipway://run',
    'slipway://run/',
    'slipway://run/CA4',
    'slipway://run/ca4/cancel',
    'slipway://run/%2e%2e%2f',
    'slipway://settings/engine',
    'slipway://new',
    'slipway://new/now?context=%2Fsrc',
    'slipway://new?context=relative',
    'slipway://new?context=%5C%5Cserver%5Cshare',
    'slipway://new?context=%2F%2Fserver%2Fshare',
    'slipway://new?context=%2Fsrc%00',
    'slipway://new?context=nul',
    'slipway://new?context=file%3A%2F%2F%2Fetc',
    'slipway://new?context=https%3A%2F%2Ftoken%40h%2Fa.git',
    'slipway://new?context=https%3A%2F%2Fh%2Fa.git%23%E2%80%AEniam',
    'slipway://new?context=ssh%3A%2F%2F-oProxyCommand%3Dx%2Fa.git',
    'nonsense',
    '',
  ])('makes nothing of %j', (text) => {
    expect(parseDeepLink(text)).toBeUndefined();
  });

  it('leads to Runs or Build and nowhere else, whatever the address says', () => {
    const hostile = fc.tuple(
      fc.constantFrom('run', 'new', 'settings', ''),
      fc.webPath(),
      fc.webQueryParameters(),
      fc.string(),
    );
    fc.assert(
      fc.property(hostile, ([target, tail, query, context]) => {
        const place = placeIn([`slipway://${target}${tail}?${query}&context=${encodeURIComponent(context)}`]);
        expect(place ?? '/runs/none').toMatch(
          /^\/(runs\/[a-z0-9]+(\?(step=[\w-]+)?&?(line=\d+)?)?|build\?(?:context|from)=[^&#]*)$/,
        );
      }),
    );
  });
});

describe('placeIn', () => {
  it('finds the address among the words of a second start', () => {
    const words = ['/opt/Slipway/slipway', '--no-sandbox', '/opt/app', 'slipway://run/ca4'];
    expect(placeIn(words)).toBe('/runs/ca4');
    expect(placeIn(words.slice(0, 3))).toBeUndefined();
  });
});
