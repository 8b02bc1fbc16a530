// How the parts of a run of tests are counted.

/**
 * @typedef {object} Result what a runner tells about one of its runs
 * @property {number} passed
 * @property {{name: string, why: string}[]} failed
 * @property {{name: string, note: string}[]} skipped
 * @property {{name: string, why: string}[]} unsteady passed when it was run once more, and why it failed before
 */

/**
 * @typedef {Result & {part: string, seconds: number, ok: boolean}} PartResult ok: the runner itself ended well
 */

/** Begins the note of a test that says it cannot run on this machine (scripts/parts/need.ts). */
export const cannotHereMark = 'not on this machine: ';

/** Parts whose tests need real engines, registries or a window: in CI none of them may be skipped silently. */
const withRealParts = new Set(['integration', 'cli', 'desktop']);

/**
 * A runner that failed without a failing test (a crash, an error outside of tests) counts as one failure,
 * and in CI so does each test that was skipped for want of something that CI must have, and a part without any test.
 * @param {PartResult} result
 * @param {{ci: boolean, filtered: boolean}} circumstances
 * @returns {{failed: number, complaints: string[]}}
 */
export function judge(result, { ci, filtered }) {
  const complaints = [];
  if (!result.ok && result.failed.length === 0) complaints.push(`${result.part} did not end well`);
  if (ci && withRealParts.has(result.part)) {
    for (const { name, note } of result.skipped) {
      if (!note.startsWith(cannotHereMark))
        complaints.push(`${result.part} skipped "${name}"${note === '' ? '' : ` (${note})`}`);
    }
    if (!filtered && result.ok && result.passed === 0) complaints.push(`${result.part} ran no test at all`);
  }
  return { failed: result.failed.length + complaints.length, complaints };
}

/**
 * The table and, as the last line, the totals.
 * @param {readonly PartResult[]} results
 * @param {{ci: boolean, filtered: boolean}} circumstances
 * @returns {{lines: string[], failed: number}}
 */
export function summarize(results, circumstances) {
  const judged = results.map((result) => ({ ...result, failures: result.failed, ...judge(result, circumstances) }));
  const width = Math.max(...judged.map(({ part }) => part.length), 0);
  /** @param {{part: string, passed: number, failed: number, skipped: readonly unknown[], seconds: number}} row */
  const line = ({ part, passed, failed, skipped, seconds }) =>
    [
      part.padEnd(width),
      `${passed} passed`.padStart(12),
      `${failed} failed`.padStart(10),
      `${skipped.length} skipped`.padStart(11),
    ].join('') + `${seconds.toFixed(1)} s`.padStart(10);
  /** @param {(row: (typeof judged)[number]) => number} count */
  const sum = (count) => judged.reduce((total, row) => total + count(row), 0);
  // Whoever chose by a filter and hit nothing has mistyped it.
  const missed =
    circumstances.filtered &&
    judged.every(({ part, passed, failed, skipped }) => part === 'build' || passed + failed + skipped.length === 0);
  const failed = sum((row) => row.failed) + Number(missed);
  return {
    failed,
    lines: [
      ...(circumstances.filtered ? [] : judged).flatMap(({ skipped, part }) =>
        skipped.map(({ name, note }) => `skipped in ${part}: ${name}${note && ` (${note})`}`),
      ),
      // Once more at the end: of a long log it is often only the end that one gets to see.
      ...judged.flatMap(({ failures, part }) =>
        failures.map(({ name, why }) => `failed in ${part}: ${name}${why && `\n${why.replaceAll(/^/gm, '    ')}`}`),
      ),
      ...judged.flatMap(({ unsteady, part }) =>
        unsteady.map(({ name, why }) => `unsteady in ${part}: ${name}${why && `\n${why.replaceAll(/^/gm, '    ')}`}`),
      ),
      ...judged.flatMap(({ complaints }) => complaints.map((complaint) => `failed: ${complaint}`)),
      ...(missed ? ['failed: no test is called so'] : []),
      '',
      ...judged.map(line),
      '',
      `${sum((row) => row.passed)} passed, ${failed} failed, ${sum((row) => row.skipped.length)} skipped`,
    ],
  };
}
