import { expect, it } from 'vitest';
import { playwrightResult } from './playwright-results.mjs';

const spec = (title: string, status: string, description?: string) => ({
  title,
  tests: [
    {
      status,
      annotations: description === undefined ? [] : [{ type: 'skip', description }],
      results: [
        ...(['unexpected', 'flaky'].includes(status) ? [{ error: { message: '\u001b[31mexpected 1\u001b[39m' } }] : []),
        ...(status === 'unexpected' ? [] : [{}]),
      ],
    },
  ],
});

it("counts Playwright's report with its nested suites, and keeps why a test was skipped", () => {
  const report = {
    suites: [
      {
        title: 'build.spec.ts',
        specs: [spec('opens', 'expected'), spec('repeats', 'flaky')],
        suites: [{ title: 'keyboard', specs: [spec('tabs', 'unexpected'), spec('presses', 'skipped', 'no keys')] }],
      },
    ],
    errors: [{ message: 'the browser is gone' }],
  };
  expect(playwrightResult(report)).toEqual({
    passed: 2,
    failed: [
      { name: 'outside of tests', why: 'the browser is gone' },
      { name: 'keyboard tabs', why: 'expected 1' },
    ],
    skipped: [{ name: 'keyboard presses', note: 'no keys' }],
    unsteady: [{ name: 'build.spec.ts repeats', why: 'expected 1' }],
  });
});
