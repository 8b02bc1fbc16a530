// Playwright's JSON report, counted as the other tests are.
import { stripVTControlCharacters } from 'node:util';

/**
 * @typedef {{tests: {status: string, annotations: {type: string, description?: string}[], results?: {error?: {message?: string}}[]}[], title: string}} Spec
 * @typedef {{title: string, specs?: Spec[], suites?: Suite[]}} Suite
 */

/** @param {{suites?: Suite[], errors?: {message?: string}[]}} report @returns {import('./totals.mjs').Result} */
export function playwrightResult(report) {
  /** @type {import('./totals.mjs').Result} */
  const result = {
    passed: 0,
    failed: (report.errors ?? []).map(({ message = '' }) => ({ name: 'outside of tests', why: message })),
    skipped: [],
    unsteady: [],
  };
  /** @param {Suite} suite */
  const count = (suite) => {
    suite.suites?.forEach(count);
    for (const { title, tests } of suite.specs ?? []) {
      for (const { status, annotations, results = [] } of tests) {
        if (status === 'skipped') {
          const note = annotations.find(({ type }) => type === 'skip' || type === 'fixme')?.description ?? '';
          result.skipped.push({ name: `${suite.title} ${title}`, note });
          continue;
        }
        const name = `${suite.title} ${title}`;
        const words = results.findLast(({ error }) => error !== undefined)?.error?.message ?? '';
        const failure = { name, why: stripVTControlCharacters(words) };
        if (status === 'unexpected') result.failed.push(failure);
        else result.passed++;
        if (status === 'flaky') result.unsteady.push(failure);
      }
    }
  };
  report.suites?.forEach(count);
  return result;
}
