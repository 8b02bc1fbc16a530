import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { AppErrorCode } from '../model/app-error.ts';
import { Finding } from '../model/run.ts';

type Texts = { readonly [key: string]: string | Texts };

const folder = import.meta.dirname;
const areas = readdirSync(path.join(folder, 'en')).map((name) => name.replace('.json', ''));

/** Every text of an area by its whole key. */
function textsOf(language: string, area: string): Map<string, string> {
  const texts = new Map<string, string>();
  const collect = (part: Texts, prefix: string) => {
    for (const [key, value] of Object.entries(part)) {
      if (typeof value === 'string') texts.set(prefix + key, value);
      else collect(value, `${prefix}${key}.`);
    }
  };
  collect(JSON.parse(readFileSync(path.join(folder, language, `${area}.json`), 'utf8')) as Texts, '');
  return texts;
}

const placeholders = (text: string) => [...new Set(text.match(/\{\{\w+\}\}/g) ?? [])].sort();
/** Korean has one plural form, English two: they are one text. */
const withoutPlural = (key: string) => key.replace(/_(?:zero|one|two|few|many|other)$/, '');

describe('texts', () => {
  it('have the same areas in both languages', () => {
    expect(readdirSync(path.join(folder, 'ko'))).toEqual(readdirSync(path.join(folder, 'en')));
  });

  it.each(areas)('of %s have the same keys in both languages', (area) => {
    const keys = (language: string) => [...new Set([...textsOf(language, area).keys()].map(withoutPlural))].sort();
    expect(keys('ko')).toEqual(keys('en'));
  });

  it.each(areas)('of %s have the same placeholders in both languages', (area) => {
    const korean = textsOf('ko', area);
    const english = [...textsOf('en', area)].filter(([key]) => korean.has(key));
    const expected = english.map(([key, text]) => [key, placeholders(text)]);
    expect(english.map(([key]) => [key, placeholders(korean.get(key) ?? '')])).toEqual(expected);
  });

  it.each(areas)('of %s have no particle of Korean grammar that depends on what is filled in', (area) => {
    // A scheme is http or https, and 로 fits both.
    const depends = /\{\{(?!scheme\}\})\w+\}\}(?:을|를|이|가|은|는|과|와|으로|로)(?![가-힣])/;
    expect([...textsOf('ko', area)].filter(([, korean]) => depends.test(korean))).toEqual([]);
  });
});

describe('errors', () => {
  const documented = new Map(
    [
      ...readFileSync(path.join(folder, '../../docs/errors.md'), 'utf8').matchAll(
        /^\| `([\w.]+)` \|[^|]*\|([^|]*)\|$/gm,
      ),
    ].map(([, code = '', params = '']) => [
      code,
      [...params.matchAll(/\*\*(\w+)\*\*/g)].map(([, name]) => `{{${name}}}`).sort(),
    ]),
  );

  it('all have words in both languages', () => {
    const keys = AppErrorCode.options.flatMap((code) => ['title', 'why', 'todo'].map((part) => `${code}.${part}`));
    for (const language of ['en', 'ko']) {
      const texts = textsOf(language, 'errors');
      expect([...texts.keys()].sort()).toEqual([...keys].sort());
      expect([...texts].filter(([, text]) => text.trim() === '')).toEqual([]);
    }
  });

  it('are all in docs/errors.md, with the parameters that stand in their texts', () => {
    expect([...documented.keys()].sort()).toEqual([...AppErrorCode.options].sort());
    const texts = textsOf('en', 'errors');
    for (const code of AppErrorCode.options) {
      const used = ['title', 'why', 'todo'].flatMap((part) => placeholders(texts.get(`${code}.${part}`) ?? ''));
      expect([code, [...new Set(used)].sort()]).toEqual([code, documented.get(code)]);
    }
  });
});

describe('findings', () => {
  it.each(['en', 'ko'])('all have words (%s)', (language) => {
    expect([...textsOf(language, 'findings').keys()].sort()).toEqual([...Finding.shape.code.options].sort());
  });
});
