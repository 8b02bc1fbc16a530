import { expect, it } from 'vitest';
import { playwrightResult } from './playwright-results.mjs';

const spec = (title: string, status: string, description?: string) => ({
  title,
  tests: [{ status, annotations: description === undefined ? [] : [{ type: 'skip', description }] }],
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
    errors: [{ message: 'outside of tests' }],
  };
  expect(playwrightResult(report)).toEqual({
    passed: 2,
    failed: 2,
    skipped: [{ name: 'keyboard presses', note: 'no keys' }],
  });
});
