import { describe, expect, it } from 'vitest';
import { judge, summarize } from './totals.mjs';

const desktop = { part: 'desktop', passed: 3, failed: [], skipped: [], unsteady: [], seconds: 2, ok: true };
const broken = { name: 'reads', why: 'expected 1\n  to be 2' };
const inCI = { ci: true, filtered: false };
const atHome = { ci: false, filtered: false };

describe('the totals of a run of tests', () => {
  it('end in one line that a machine can read', () => {
    const unit = {
      part: 'unit',
      passed: 40,
      failed: [broken],
      skipped: [{ name: 'slow', note: '' }],
      unsteady: [],
      seconds: 1,
      ok: false,
    };
    expect(summarize([unit, desktop], atHome).lines.at(-1)).toBe('43 passed, 1 failed, 1 skipped');
  });

  it('name what failed, and why, once more', () => {
    const { lines } = summarize([{ ...desktop, failed: [broken], ok: false }], atHome);
    expect(lines[0]).toBe('failed in desktop: reads\n    expected 1\n      to be 2');
  });

  it('name what passed when it was run once more', () => {
    const { lines, failed } = summarize([{ ...desktop, unsteady: [broken] }], inCI);
    expect(lines[0]).toBe('unsteady in desktop: reads\n    expected 1\n      to be 2');
    expect(failed).toBe(0);
  });

  it('count a runner that crashed without a failing test', () => {
    expect(judge({ ...desktop, ok: false }, atHome).failed).toBe(1);
  });

  it('let a skipped test pass at home, and fail in CI', () => {
    const skipping = { ...desktop, skipped: [{ name: 'builds', note: 'no engine' }] };
    expect(judge(skipping, atHome).failed).toBe(0);
    expect(judge(skipping, inCI).complaints).toEqual(['desktop skipped "builds" (no engine)']);
  });

  it('accept in CI a test that says it cannot run on this machine', () => {
    const saying = {
      ...desktop,
      skipped: [{ name: 'privileged', note: 'not on this machine: no privileged containers' }],
    };
    expect(judge(saying, inCI).failed).toBe(0);
  });

  it('fail where a filter chose nothing', () => {
    const empty = { ...desktop, passed: 0 };
    expect(summarize([empty], { ci: false, filtered: true }).lines.at(-1)).toBe('0 passed, 1 failed, 0 skipped');
    expect(summarize([empty, desktop], { ci: false, filtered: true }).failed).toBe(0);
  });

  it('accept a skipped unit test in CI', () => {
    expect(judge({ ...desktop, part: 'unit', skipped: [{ name: 'x', note: '' }] }, inCI).failed).toBe(0);
  });

  it('do not take a part without tests for a passing one in CI, unless a filter chose', () => {
    const empty = { ...desktop, passed: 0 };
    expect(judge(empty, inCI).failed).toBe(1);
    expect(judge(empty, { ci: true, filtered: true }).failed).toBe(0);
  });
});
