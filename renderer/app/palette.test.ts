import { describe, expect, it } from 'vitest';
import { score } from './palette.tsx';

describe('the palette finds', () => {
  it.each([
    ['ca41 shop/web:ca41 /src/web Failed', 'web failed'],
    ['ca41 shop/web:ca41', '#ca41'],
    ['Keyboard shortcuts app.help', '>keyb'],
    ['/src/결제-서비스', '결제'.normalize('NFD')],
    ['Build go.build', ''],
  ])('%s by %s', (value, search) => {
    expect(score(value, search)).toBeGreaterThan(0);
  });

  it('nothing that lacks one of the words', () => {
    expect(score('ca41 shop/web:ca41 Failed', 'web succeeded')).toBe(0);
  });

  it('what begins with the word first', () => {
    expect(score('web frontend', 'web')).toBeGreaterThan(score('the frontend of web', 'web'));
  });
});
