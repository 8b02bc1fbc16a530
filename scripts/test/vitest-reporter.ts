// Tells scripts/test.mjs how many tests of each project passed, failed and were skipped, and why.
import { writeFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';
import type { Result } from './totals.mjs';

export default class ResultsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]) {
    const file = process.env['SLIPWAY_TEST_RESULTS'];
    if (file === undefined) return;
    const results: Record<string, Result> = {};
    for (const module of modules) {
      const result = (results[module.project.name] ??= { passed: 0, failed: [], skipped: [], unsteady: [] });
      // A file that could not even be loaded has no tests to count.
      if (module.errors().length > 0)
        result.failed.push({ name: module.relativeModuleId, why: beginning(module.errors()) });
      for (const test of module.children.allTests()) {
        const outcome = test.result();
        const name = `${module.relativeModuleId} ${test.fullName}`;
        if (outcome.state === 'passed') {
          result.passed++;
          // What it failed with at first.
          if (test.diagnostic()?.flaky === true) result.unsteady.push({ name, why: beginning(outcome.errors ?? []) });
        } else if (outcome.state === 'failed') result.failed.push({ name, why: beginning(outcome.errors) });
        else if (outcome.state === 'skipped') result.skipped.push({ name: test.fullName, note: outcome.note ?? '' });
      }
    }
    writeFileSync(file, JSON.stringify(results));
  }
}

/** What was wrong, and where; short, since the whole stands further up. */
function beginning(errors: readonly { readonly message: string; readonly stack?: string }[]): string {
  const ours = (line: string) => !/^\s+at .*(?:\/node_modules\/|node:internal)/.test(line);
  return errors
    .map(({ message, stack = message }) => stack.split('\n').filter(ours).slice(0, 12).join('\n'))
    .join('\n');
}
