import { describe, expect, it } from 'vitest';
import { ariaKeys, keyCaps, matches } from './shortcut.ts';
import type { KeyPress } from './shortcut.ts';

function press(key: string, more: Partial<KeyPress> = {}): KeyPress {
  return {
    key,
    code: /^[a-z]$/i.test(key) ? `Key${key.toUpperCase()}` : '',
    ctrlKey: false,
    metaKey: false,
    shiftKey: false,
    altKey: false,
    isComposing: false,
    ...more,
  };
}

describe('matches', () => {
  it.each([
    ['mod+k', press('k', { ctrlKey: true }), false],
    ['mod+k', press('k', { metaKey: true }), true],
    ['mod+shift+p', press('P', { ctrlKey: true, shiftKey: true }), false],
    ['mod+[', press('[', { ctrlKey: true }), false],
    ['mod+,', press(',', { metaKey: true }), true],
    ['mod+enter', press('Enter', { ctrlKey: true }), false],
    ['?', press('?', { shiftKey: true }), false],
    ['?', press('?'), false],
    ['f', press('f'), false],
    ['shift+f', press('F', { shiftKey: true }), false],
  ])('%s is pressed', (shortcut, keys, mac) => {
    expect(matches(shortcut, keys, mac)).toBe(true);
  });

  it.each([
    ['the other key of the two systems', 'mod+k', press('k', { metaKey: true }), false],
    ['Ctrl on a Mac', 'mod+k', press('k', { ctrlKey: true }), true],
    ['one more modifier', 'mod+k', press('K', { ctrlKey: true, shiftKey: true }), false],
    ['Alt as well', 'mod+k', press('k', { ctrlKey: true, altKey: true }), false],
    ['both of Ctrl and ⌘', 'mod+k', press('k', { ctrlKey: true, metaKey: true }), false],
    ['a capital', 'f', press('F', { shiftKey: true }), false],
    ['another key', 'mod+k', press('j', { ctrlKey: true }), false],
    ['a syllable that is being composed', 'f', press('f', { isComposing: true }), false],
    ['a key that the input method took', 'mod+k', press('Process', { ctrlKey: true, code: 'KeyK' }), false],
  ])('is not fooled by %s', (_, shortcut, keys, mac) => {
    expect(matches(shortcut, keys, mac)).toBe(false);
  });

  it('knows the key while a Korean keyboard is on', () => {
    expect(matches('mod+k', press('ㅏ', { ctrlKey: true, code: 'KeyK' }), false)).toBe(true);
    expect(matches('f', press('ㄹ', { code: 'KeyF' }), false)).toBe(true);
  });
});

describe('what is printed', () => {
  it('is what stands on the keyboard', () => {
    expect(keyCaps('mod+shift+f', true)).toEqual(['⌘', '⇧', 'F']);
    expect(keyCaps('mod+shift+f', false)).toEqual(['Ctrl', 'Shift', 'F']);
    expect(keyCaps('escape', false)).toEqual(['Esc']);
  });

  it('is told to screen readers in their words', () => {
    expect(ariaKeys('mod+k', true)).toBe('Meta+K');
    expect(ariaKeys('mod+enter', false)).toBe('Control+Enter');
  });
});
