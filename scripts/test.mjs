// npm test: everything, the quickest first. One part of it, some of its files, a test by its name:
//   npm test -- unit
//   npm test -- integration electron/registry
//   npm test -- unit -t 'exit code'           (Vitest's -t)
//   npm test -- desktop -g 'keyboard'         (Playwright's -g)
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { asCommand, prepareToBuild, prepareToTest } from './setup.mjs';
import { ensureBuilt } from './setup/build.mjs';
import { projectCache, projectRoot } from './setup/folders.mjs';
import { SetupProblem, run, runAttached, say } from './setup/shell.mjs';
import { playwrightResult } from './test/playwright-results.mjs';
import { summarize } from './test/totals.mjs';

/** @typedef {import('./test/totals.mjs').PartResult} PartResult */

const parts = ['checks', 'unit', 'integration', 'cli', 'desktop'];
const words = process.argv.slice(2);
const chosen = words.filter(
  (word, at) => parts.includes(word) && words.slice(0, at).every((one) => parts.includes(one)),
);
const filters = words.slice(chosen.length);
/** @param {string} part */
const wanted = (part) => chosen.length === 0 || chosen.includes(part);

await asCommand(async () => {
  if (chosen.length === 0 && filters.length > 0) {
    throw new SetupProblem(
      `npm test -- [${parts.join(' | ')}] [files]; "${filters.join(' ')}" begins with none of these`,
    );
  }
  const begun = Date.now();
  if (['integration', 'cli', 'desktop'].some(wanted)) await prepareToTest();
  else await prepareToBuild();

  /** @type {PartResult[]} */
  const results = [];
  if (wanted('checks')) results.push(await checks());
  if (wanted('unit')) results.push(...(await vitest({ unit: 'unit', renderer: 'unit' })));
  if (['cli', 'desktop'].some(wanted)) results.push(await build());
  const built = results.every(({ part, ok }) => part !== 'build' || ok);
  // One run, so that both use the same engines and registries.
  /** @type {Record<string, string>} */
  const projects = {};
  if (wanted('integration')) projects['integration'] = 'integration';
  if (wanted('cli') && built) projects['cli'] = 'cli';
  if (Object.keys(projects).length > 0) results.push(...(await vitest(projects)));
  if (wanted('desktop') && built) results.push(await desktop());

  const ci = ['true', '1'].includes(process.env['CI'] ?? '');
  const { lines, failed } = summarize(results, { ci, filtered: filters.length > 0 });
  const minutes = ((Date.now() - begun) / 60_000).toFixed(1);
  console.log(['', `All of it took ${minutes} minutes.`, ...lines].join('\n'));
  return failed > 0 ? 1 : 0;
});

/** Lint, format and types, side by side; what passes is silent. @returns {Promise<PartResult>} */
async function checks() {
  say('checking: lint, format, types');
  const begun = Date.now();
  const tools = {
    lint: ['oxlint/bin/oxlint', '--type-aware', '--deny-warnings'],
    format: ['prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'],
    types: ['typescript/bin/tsc', '--build'],
  };
  const outcomes = await Promise.all(
    Object.entries(tools).map(async ([name, [tool = '', ...args]]) => {
      try {
        await run(process.execPath, [path.join(projectRoot, 'node_modules', tool), ...args], { cwd: projectRoot });
        return undefined;
      } catch (error) {
        console.error(`\n${name}:\n${error instanceof Error ? error.message : String(error)}`);
        return { name, why: '' };
      }
    }),
  );
  const failed = outcomes.filter((outcome) => outcome !== undefined);
  return {
    part: 'checks',
    passed: outcomes.length - failed.length,
    failed,
    skipped: [],
    unsteady: [],
    seconds: (Date.now() - begun) / 1000,
    ok: failed.length === 0,
  };
}

/** @returns {Promise<PartResult>} */
async function build() {
  const begun = Date.now();
  const ok = await ensureBuilt();
  return {
    part: 'build',
    passed: Number(ok),
    failed: ok ? [] : [{ name: 'build', why: '' }],
    skipped: [],
    unsteady: [],
    seconds: (Date.now() - begun) / 1000,
    ok,
  };
}

/**
 * @param {Record<string, string>} projects Vitest's project -> the part that it counts for
 * @returns {Promise<PartResult[]>}
 */
async function vitest(projects) {
  const begun = Date.now();
  const file = resultsFile(`vitest-${Object.keys(projects).join('-')}`);
  const code = await runAttached(
    process.execPath,
    [
      path.join(projectRoot, 'node_modules/vitest/vitest.mjs'),
      'run',
      '--passWithNoTests',
      ...Object.keys(projects).flatMap((project) => ['--project', project]),
      '--reporter=default',
      '--reporter=./scripts/test/vitest-reporter.ts',
      ...filters,
    ],
    { cwd: projectRoot, env: { ...process.env, SLIPWAY_TEST_RESULTS: file } },
  );
  /** @type {Record<string, import('./test/totals.mjs').Result>} */
  const told = readJson(file) ?? {};
  const failed = Object.values(told).some((result) => result.failed.length > 0);
  const names = [...new Set(Object.values(projects))];
  const seconds = (Date.now() - begun) / 1000 / names.length;
  return names.map((part, index) => {
    const results = Object.keys(projects).flatMap((project) =>
      projects[project] === part && told[project] ? [told[project]] : [],
    );
    return {
      part,
      passed: results.reduce((total, { passed }) => total + passed, 0),
      failed: results.flatMap((result) => result.failed),
      skipped: results.flatMap(({ skipped }) => skipped),
      unsteady: results.flatMap(({ unsteady }) => unsteady),
      seconds,
      // Where a test failed, that is the reason; otherwise somebody must answer for the exit code.
      ok: code === 0 || failed || index > 0,
    };
  });
}

/** @returns {Promise<PartResult>} */
async function desktop() {
  const begun = Date.now();
  const file = resultsFile('playwright');
  const code = await runAttached(
    process.execPath,
    [
      path.join(projectRoot, 'node_modules/@playwright/test/cli.js'),
      'test',
      '-c',
      'e2e/playwright.config.ts',
      '--pass-with-no-tests',
      ...filters,
    ],
    { cwd: projectRoot, env: { ...process.env, PLAYWRIGHT_JSON_OUTPUT_FILE: file } },
  );
  const report = readJson(file);
  const result = report === undefined ? { passed: 0, failed: [], skipped: [], unsteady: [] } : playwrightResult(report);
  return { part: 'desktop', ...result, seconds: (Date.now() - begun) / 1000, ok: code === 0 };
}

/** @param {string} name */
function resultsFile(name) {
  const folder = path.join(projectCache, 'test');
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `${name}.json`);
  rmSync(file, { force: true });
  return file;
}

/** @param {string} file */
function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined; // the runner ended before it could write; its exit code counts
  }
}
