import path from 'node:path';
import { defineConfig } from '@playwright/test';

const root = path.join(import.meta.dirname, '..');

// The built app in a real window. All of it: npm test -- desktop; one test: npm test -- desktop -g NAME
export default defineConfig({
  testDir: './specs',
  outputDir: path.join(root, 'test-results'),
  globalSetup: '../scripts/parts/playwright-setup.ts',
  // Each test has a home folder of its own, but they share two cores and the engines.
  workers: 1,
  fullyParallel: false,
  forbidOnly: process.env['CI'] === 'true',
  // See realParts in vitest.config.ts.
  retries: process.env['CI'] === 'true' ? 1 : 0,
  timeout: 90_000,
  expect: { timeout: 10_000 },
  reporter: [
    ['list'],
    [
      'json',
      process.env['PLAYWRIGHT_JSON_OUTPUT_FILE'] ? {} : { outputFile: path.join(root, '.cache/test/playwright.json') },
    ],
  ],
});
