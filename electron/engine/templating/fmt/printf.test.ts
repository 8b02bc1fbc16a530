import { describe, expect, it } from 'vitest';
import { Budget, defaultLimits } from '../limits.ts';
import { Complex, Dict, int64, List, type Value } from '../values.ts';
import { sprintf } from './printf.ts';

const list = new List('interface {}', [1n, 'a', null]);
const dict = new Dict(
  'interface {}',
  new Map<string, Value>([
    ['b', 1n],
    ['a', 'x'],
  ]),
);

// https://pkg.go.dev/fmt, and what Go's own fmt_test.go has. Many more are in go-printf.testdata.json.
describe('printf', () => {
  it.each<[format: string, values: readonly Value[], text: string]>([
    ['%v %v %v %v', [1n, 1.5, 'a', true], '1 1.5 a true'],
    ['%d|%5d|%-5d|%05d|%+d|% d', [42n, 42n, 42n, 42n, 42n, 42n], '42|   42|42   |00042|+42| 42'],
    ['%b %o %#o %O %x %X %#x %#b', [5n, 8n, 8n, 8n, 255n, 255n, 255n, 5n], '101 10 010 0o10 ff FF 0xff 0b101'],
    ['%c %q %U %#U', [0x1f600n, 0x41n, 0x41n, 0x1f600n], "😀 'A' U+0041 U+1F600 '😀'"],
    ['%.3d|%8.3d|%-8.3d|', [5n, 5n, 5n], '005|     005|005     |'],
    ['%d %v', [-9223372036854775808n, int64(7n)], '-9223372036854775808 7'],
    ['%f %.2f %8.3f %08.3f %+.1f', [1.5, 2.345, 3.14159, 3.14159, 1.0], '1.500000 2.35    3.142 0003.142 +1.0'],
    ['%e %E %g %G', [123456.789, 0.00012, 1e21, 1e-7], '1.234568e+05 1.200000E-04 1e+21 1E-07'],
    ['%g %g %g', [100000, 1000000, 0.00001], '100000 1e+06 1e-05'],
    ['%.3g %.10g', [1234.5678, 1234.5678], '1.23e+03 1234.5678'],
    // Halves go to the even digit; JavaScript's toFixed rounds them up.
    ['%.0f %.0f %.0f %.1f', [0.5, 1.5, 2.5, 0.25], '0 2 2 0.2'],
    ['%w %w %w', [list, 'x', null], '%!w([]interface {}=[1 a <nil>]) %!w(string=x) %!w(<nil>)'],
    ['%.20f', [0.1], '0.10000000000000000555'],
    ['%v %v %v %+v', [Infinity, -Infinity, Number.NaN, Number.NaN], '+Inf -Inf NaN NaN'],
    ['%x %b', [1.5, 1], '0x1.8p+00 4503599627370496p-52'],
    [
      '%s|%5s|%-5s|%.2s|%q|%x|% X',
      ['ab', 'ab', 'ab', 'abc', 'a"b', 'hi', 'hi'],
      'ab|   ab|ab   |ab|"a\\"b"|6869|68 69',
    ],
    ['%5s|%.1s', ['한글', '한글'], '   한글|한'],
    ['%+q %#q', ['é', 'a'], '"\\u00e9" `a`'],
    ['%t %5t', [true, false], 'true false'],
    [
      '%T %T %T %T %T %T',
      [1n, 'a', 1.5, list, dict, null],
      'int string float64 []interface {} map[string]interface {} <nil>',
    ],
    ['%v %v', [list, dict], '[1 a <nil>] map[a:x b:1]'],
    [
      '%#v %#v %#v',
      [list, dict, 'a'],
      '[]interface {}{1, "a", interface {}(nil)} map[string]interface {}{"a":"x", "b":1} "a"',
    ],
    ['%d %q', [new List('int', [1n, 2n]), new List('string', ['a', 'b'])], '[1 2] ["a" "b"]'],
    ['%v', [new Complex(1, -2)], '(1-2i)'],
    ['100%%', [], '100%'],
    ['%*d|%-*d|%.*f', [5n, 1n, 5n, 1n, 2n, 3.14159], '    1|1    |3.14'],
    ['%[2]d %[1]d', [1n, 2n], '2 1'],
    ['%[2]*[1]d', [1n, 5n], '    1'],
  ])('%j of %o is %j', (format, values, text) => {
    expect(sprintf(new Budget(defaultLimits), format, values)).toBe(text);
  });

  it.each<[format: string, values: readonly Value[], text: string]>([
    ['%d', ['x'], '%!d(string=x)'],
    ['%s', [5n], '%!s(int=5)'],
    ['%t', [1.5], '%!t(float64=1.5)'],
    ['%d', [list], '[1 %!d(string=a) <nil>]'],
    ['%z', [1n], '%!z(int=1)'],
    ['%s', [null], '%!s(<nil>)'],
    ['%d', [], '%!d(MISSING)'],
    ['%d %d', [1n], '1 %!d(MISSING)'],
    ['a', [1n, 'b', null], 'a%!(EXTRA int=1, string=b, <nil>)'],
    ['%', [], '%!(NOVERB)'],
    ['%5', [], '%!(NOVERB)'],
    ['%[3]d', [1n], '%!d(BADINDEX)'],
    ['%[x]d', [1n], '%!d(BADINDEX)'],
    ['%*d', ['x', 1n], '%!(BADWIDTH)1'],
    ['%.*d', [-1n, 1n], '%!(BADPREC)1'],
    ['%*d', [1_000_001n, 1n], '%!(BADWIDTH)1'],
  ])('%j of %o says what is wrong: %j', (format, values, text) => {
    expect(sprintf(new Budget(defaultLimits), format, values)).toBe(text);
  });

  it.each(['%999999d', '%.999999d', '%.999999f', '%999999s'])('pays for what %s makes', (format) => {
    const limits = { ...defaultLimits, valueBytes: 100_000 };
    expect(() => sprintf(new Budget(limits), format, [1n])).toThrow('more than 100000 bytes of values');
  });
});
