import { describe, expect, it } from 'vitest';
import { plainStyle, styledParts, terminalText } from './ansi.ts';

const esc = '\x1b';

describe('terminalText', () => {
  it.each([
    ['plain text', 'plain text'],
    ['tab\there', 'tab\there'],
    [`${esc}[31mred${esc}[0m`, `${esc}[31mred${esc}[0m`],
    [`${esc}[38;5;208mx${esc}[m`, `${esc}[38;5;208mx${esc}[m`],
    // Dim is unreadable where it is drawn half transparent.
    [`${esc}[2mdim${esc}[22m`, `${esc}[90mdim${esc}[22;39m`],
    [`${esc}[38;2;2;2;2mx`, `${esc}[38;2;2;2;2mx`],
  ])('keeps what is text and colour in %j', (raw, shown) => {
    expect(terminalText(raw)).toBe(shown);
  });

  it.each([
    ['moving the cursor', `a${esc}[2Jb${esc}[10;10Hc${esc}[Ad`, 'abcd'],
    ['another screen', `${esc}[?1049hx${esc}[?1049l`, 'x'],
    ['a title', `${esc}]0;owned\x07x`, 'x'],
    ['the clipboard (OSC 52)', `${esc}]52;c;cm0gLXJm\x07x`, 'x'],
    ['a link (OSC 8)', `${esc}]8;;https://evil.example\x07text${esc}]8;;\x07`, 'text'],
    ['a string that never ends', `x${esc}]52;c;AAAA`, 'x'],
    ['device control', `${esc}P1$rm${esc}\\x`, 'x'],
    ['a reset', `${esc}cx`, 'x'],
  ])('obeys nothing else: %s', (_, raw, shown) => {
    expect(terminalText(raw)).toBe(shown);
  });

  it('pictures other control characters, one for one', () => {
    expect(terminalText('a\x07b\x08c\x7fd\x9b2Je')).toBe('a␇b␈c␡d�2Je');
  });

  it.each([
    ['10%\r50%\r100%', '100%'],
    ['50%\r', '50%'],
    ['\r\rdone\r\r', 'done'],
    ['\r', ''],
    [`${esc}[32m10%\r100%`, `${esc}[32m100%`],
  ])('shows the last state of %j', (raw, shown) => {
    expect(terminalText(raw)).toBe(shown);
  });
});

describe('styledParts', () => {
  const texts = (raw: string, ranges?: [number, number][]) => styledParts(raw, ranges).map((part) => part.text);

  it('takes a line apart by style', () => {
    expect(styledParts(`a${esc}[1;31mb${esc}[22mc${esc}[0md`)).toEqual([
      { text: 'a', style: plainStyle, match: undefined },
      { text: 'b', style: { ...plainStyle, bold: true, color: 'red' }, match: undefined },
      { text: 'c', style: { ...plainStyle, color: 'red' }, match: undefined },
      { text: 'd', style: plainStyle, match: undefined },
    ]);
  });

  it.each([
    ['94', 'bright-blue'],
    ['38;5;1', 'red'],
    ['38;5;196', 'red'],
    ['38;5;240', undefined],
    ['38;2;20;200;30', 'green'],
    ['48;5;1;33', 'yellow'],
    ['38;5', undefined],
    ['38', undefined],
    ['999', undefined],
  ])('brings colour %s back to one of the sixteen', (codes, color) => {
    expect(styledParts(`${esc}[${codes}mx`)[0]?.style.color).toBe(color);
  });

  it('marks hits by their offsets in the text without sequences', () => {
    const parts = styledParts(`see ${esc}[31mer${esc}[0mror here`, [[4, 9]]);
    expect(parts.filter((part) => part.match === 0).map((part) => part.text)).toEqual(['er', 'ror']);
  });

  it('shows the last state of a line that was rewritten, with the hits that are in it', () => {
    const parts = styledParts(`${esc}[31mfail 1\rfail 2`, [
      [0, 4],
      [7, 11],
    ]);
    expect(parts.map(({ text, match }) => [text, match])).toEqual([
      ['fail', 1],
      [' 2', undefined],
    ]);
    expect(parts[0]?.style.color).toBe('red');
  });

  it('never lets markup be markup', () => {
    expect(texts('<b>&amp;</b>')).toEqual(['<b>&amp;</b>']);
  });
});
