import { describe, expect, it } from 'vitest';
import { resolveScalar } from './go-scalar.ts';
import type { ScalarStyle } from './yaml-tree.ts';

function resolve(text: string, tag = '', style: ScalarStyle = 'plain') {
  return resolveScalar({ kind: 'scalar', text, tag, style, inFlow: false, start: 0, end: text.length });
}

describe('a scalar, as gopkg.in/yaml.v2 resolves it', () => {
  it.each(['', '~', 'null', 'Null', 'NULL'])('%j is null', (text) => {
    expect(resolve(text)).toEqual({ type: 'null' });
  });

  it.each(['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'])('%s is true', (text) => {
    expect(resolve(text)).toEqual({ type: 'bool', value: true });
  });

  it.each(['n', 'No', 'false', 'OFF'])('%s is false', (text) => {
    expect(resolve(text)).toEqual({ type: 'bool', value: false });
  });

  it.each([
    ['0', 0n],
    ['007', 7n],
    ['010', 8n],
    ['0o17', 15n],
    ['0x1F', 31n],
    ['0b101', 5n],
    ['-0b101', -5n],
    ['+5', 5n],
    ['1_000', 1000n],
    ['-12', -12n],
    ['9223372036854775807', 9223372036854775807n],
    ['18446744073709551615', 18446744073709551615n],
    ['-9223372036854775808', -9223372036854775808n],
  ])('%s is an integer', (text, value) => {
    expect(resolve(text)).toEqual({ type: 'int', value });
  });

  it.each([
    ['1.10', 1.1],
    ['1e3', 1000],
    ['08', 8],
    ['.5', 0.5],
    ['-1.', -1],
    ['.inf', Infinity],
    ['-.INF', -Infinity],
    ['18446744073709551616', 18446744073709551616],
  ])('%s is a float', (text, value) => {
    expect(resolve(text)).toEqual({ type: 'float', value });
  });

  it.each(['1:30', 'v1.1.0', '1.1.0', '0x', '_1', '1e999', '.e5', '-', '+', 'yEs', '0o8x', '1 2', '--1', '<<'])(
    '%s is text',
    (text) => {
      expect(resolve(text)).toEqual({ type: 'str', value: text });
    },
  );

  it.each(['2020-01-02', '2020-1-2', '2020-01-02T03:04:05Z', '2020-01-02 03:04:05.5'])('%s is a moment', (text) => {
    expect(resolve(text).type).toBe('timestamp');
  });

  it.each(['2020-13-02', '2021-02-29', '2020-01-02 25:00:00', '20-01-02'])('%s is none', (text) => {
    expect(resolve(text).type).toBe('str');
  });

  it.each(['single', 'double', 'literal', 'folded'] as const)('in %s style is text', (style) => {
    expect(['1', 'yes', ''].map((text) => resolve(text, '', style).type)).toEqual(['str', 'str', 'str']);
  });

  it.each([
    ['!!str', '1', { type: 'str', value: '1' }],
    ['!!int', '5', { type: 'int', value: 5n }],
    ['!!float', '5', { type: 'float', value: 5 }],
    ['!!bool', 'x', { type: 'misfit', found: 'str', wanted: 'bool' }],
    ['!!binary', 'aGk=', { type: 'str', value: 'hi' }],
    ['!!binary', '?', { type: 'misfit', found: 'str', wanted: 'binary' }],
    ['!!js/function', 'x', { type: 'other', value: 'x' }],
    ['!own', '1', { type: 'other', value: '1' }],
  ])('%s %s', (tag, text, expected) => {
    expect(resolve(text, tag)).toEqual(expected);
  });

  it('of a million digits takes no time to speak of', () => {
    expect(resolve('1'.repeat(1_000_000)).type).toBe('str');
    expect(resolve(`0x${'f'.repeat(1_000_000)}`).type).toBe('str');
  });
});
