import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const tokens = readFileSync(path.join(import.meta.dirname, '../renderer/styles/tokens.css'), 'utf8');

type Theme = 'light' | 'dark';

const colors = new Map(
  [...tokens.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);/g)].map(
    ([, name = '', light = '', dark = '']) => [name, { light, dark }],
  ),
);

/** WCAG 2.2, relative luminance. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string, theme: Theme): number {
  const [light = 0, dark = 0] = [one, other]
    .map((name) => luminance(colors.get(name)?.[theme] ?? ''))
    .sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

const themes: readonly Theme[] = ['light', 'dark'];
const grounds = ['canvas', 'surface', 'surface-raised', 'surface-sunken', 'hover', 'selected'];
const states = ['running', 'succeeded', 'failed', 'warning', 'idle', 'cached'];
const ansi = [...colors.keys()].filter((name) => name.startsWith('ansi-'));

describe.each(themes)('colours, %s', (theme) => {
  it.each(grounds)('text can be read on %s', (ground) => {
    const inks = ['ink', 'ink-2', 'ink-3', 'accent', ...states.map((state) => `${state}-fg`)];
    expect(inks.filter((ink) => !(contrast(ink, ground, theme) >= 4.5))).toEqual([]);
  });

  it.each(states)('text can be read on the ground of %s', (state) => {
    for (const ink of [`${state}-fg`, 'ink', 'ink-2'])
      expect(contrast(ink, `${state}-bg`, theme)).toBeGreaterThanOrEqual(4.5);
  });

  it.each(['accent', 'accent-strong'])('the words on a button of %s can be read', (ground) => {
    expect(contrast('accent-ink', ground, theme)).toBeGreaterThanOrEqual(4.5);
  });

  it.each(['focus', 'brand', 'control-line'])('%s is seen against every ground', (sign) => {
    const on = ['canvas', 'surface', 'surface-raised'];
    expect(on.filter((ground) => !(contrast(sign, ground, theme) >= 3))).toEqual([]);
  });

  it.each(ansi)('a log can be read in %s', (color) => {
    expect(contrast(color, 'surface', theme)).toBeGreaterThanOrEqual(4.5);
  });
});
