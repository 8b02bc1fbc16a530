import { expect, it } from 'vitest';
import { stepColumn } from './step-column.ts';

it('is as wide as the longest name, within reason', () => {
  expect(stepColumn(['a', 'build']).width).toBe(5);
  expect(stepColumn(['a', 'build']).labels.get('a')?.text).toBe('a    ');
  expect(stepColumn([]).width).toBe(0);
  const { width, labels } = stepColumn(['integration-tests-linux-1', 'integration-tests-linux-2']);
  expect([...labels.values()].map(({ text }) => text)).toEqual(['integra…inux-1', 'integra…inux-2']);
  expect(width).toBe(14);
});

it('counts cells, of which Hangul takes two', () => {
  const { width, labels } = stepColumn(['빌드', 'go', '결제-서비스-통합-시험']);
  expect(width).toBe(14);
  expect([...labels.values()].map(({ text }) => text)).toEqual([
    `빌드${' '.repeat(10)}`,
    `go${' '.repeat(12)}`,
    '결제-서…-시험 ',
  ]);
  expect(stepColumn(['빌드'.normalize('NFD')]).width).toBe(4);
});

it('gives neighbours different colours', () => {
  const { labels } = stepColumn(Array.from({ length: 20 }, (_, index) => `s${index}`));
  const used = [...labels.values()].map(({ color }) => color);
  expect(used.every((color, index) => index === 0 || color !== used[index - 1])).toBe(true);
});

it('lets no name of a step speak to the terminal', () => {
  expect(stepColumn(['a\x1b[2Jb\x07']).labels.get('a\x1b[2Jb\x07')?.text.trim()).toBe('ab␇');
});
