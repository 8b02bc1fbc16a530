import { expect, it } from 'vitest';
import { BadPath, parseEntryPath } from './entry-path.ts';

const read = (text: string, windows: boolean) => {
  try {
    return parseEntryPath(text, 3000, windows);
  } catch (error) {
    if (error instanceof BadPath) return error.message;
    throw error;
  }
};

// What is a name on every system, and what only Windows reads as another place, or another file.
it.each([
  ['a/b.txt', ['a', 'b.txt']],
  ['./a//b/./', ['a', 'b']],
  ['.', []],
  ['한글/안녕 🎈', ['한글', '안녕 🎈']],
  ['.hidden/..a/a..b', ['.hidden', '..a', 'a..b']],
  ['constant', ['constant']],
  ['com10', ['com10']],
])('reads %j', (text, names) => {
  expect(read(text, false)).toEqual(names);
  expect(read(text, true)).toEqual(names);
});

it.each([
  '..',
  '../a',
  'a/..',
  'a/../b',
  '/a',
  '//a',
  'C:/a',
  'c:\\a',
  'a\0b',
  'x'.repeat(256),
  '한'.repeat(86),
  'x/'.repeat(1501),
])('refuses %j', (text) => {
  expect(read(text, false)).toEqual(expect.any(String));
  expect(read(text, true)).toEqual(expect.any(String));
});

it.each([
  'a\\..\\b',
  '\\\\server\\share',
  'a:stream',
  'C:',
  'C:a',
  'a/con',
  'CON',
  'nul.txt',
  'aux .x',
  'lpt1',
  'COM9.log',
  'com¹',
  'conin$',
  'a.',
  'a ',
  'a/b. /c',
  'a?',
  'a*',
  'a|b',
  'a<b',
  'a"b',
  'a\u0001b',
])('refuses %j on Windows alone', (text) => {
  expect(read(text, false)).toEqual(text.split('/'));
  expect(read(text, true)).toBe('Windows has no such file name');
});
