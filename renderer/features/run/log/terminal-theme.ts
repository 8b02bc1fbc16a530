import type { ITheme } from '@xterm/xterm';
import { tokenColor } from '../../../styles/tokens.ts';
import { ansiColors } from './ansi.ts';

/** The colours of the theme in force, for an xterm. `cursor` is a token too; `surface` hides it. */
export function terminalTheme(cursor: 'surface' | 'accent'): ITheme {
  const names: Readonly<Record<string, string>> = {
    foreground: 'ink',
    background: 'surface',
    cursor,
    cursorAccent: 'surface',
    selectionBackground: 'selected',
    scrollbarSliderBackground: 'line-strong',
    scrollbarSliderHoverBackground: 'control-line',
    scrollbarSliderActiveBackground: 'control-line',
  };
  const theme: Record<string, string> = {};
  for (const [part, token] of Object.entries(names)) theme[part] = hexOfToken(token);
  for (const name of ansiColors) {
    const part = name.replace(/-(\w)/, (_, letter: string) => letter.toUpperCase());
    theme[part] = hexOfToken(`ansi-${name}`);
  }
  return theme;
}

/** A token's colour as `#010203`: xterm's decorations take nothing else. */
export function hexOfToken(name: string): string {
  const parts =
    tokenColor(name)
      .match(/[\d.]+/g)
      ?.slice(0, 3) ?? [];
  return `#${parts.map((part) => Math.round(Number(part)).toString(16).padStart(2, '0')).join('')}`;
}
