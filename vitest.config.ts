import path from 'node:path';
import { defineConfig } from 'vitest/config';

const root = import.meta.dirname;
const resolve = { alias: { '@shared': path.join(root, 'shared') } };
/** Nothing is measured by these: they only end a test that hangs, on a machine that may be busy. Milliseconds. */
const patience = { testTimeout: 60_000, hookTimeout: 60_000, expect: { poll: { timeout: 30_000 } } };
const realParts = {
  ...patience,
  globalSetup: ['scripts/setup-workers.ts', 'scripts/parts/vitest-setup.ts'],
  fileParallelism: false,
  // Real engines and disks have bad moments, on machines of others most of all: in CI a test gets a second chance, and is named as unsteady.
  retry: process.env['CI'] === 'true' ? 1 : 0,
  testTimeout: 120_000,
  hookTimeout: 120_000,
};

// Some files: npm test -- unit electron/git
export default defineConfig({
  test: {
    projects: [
      {
        resolve,
        test: {
          name: 'unit',
          environment: 'node',
          include: ['{electron,shared,scripts,e2e}/**/*.test.ts'],
          exclude: ['**/*.{itg,cli}.test.ts', '**/node_modules/**'],
          globalSetup: ['scripts/setup-workers.ts'],
          ...patience,
        },
      },
      {
        resolve,
        test: {
          name: 'renderer',
          environment: 'happy-dom',
          include: ['renderer/**/*.test.{ts,tsx}'],
          ...patience,
        },
      },
      {
        resolve,
        test: { ...realParts, name: 'integration', include: ['{electron,scripts}/**/*.itg.test.ts'] },
      },
      {
        // The built command line, in plain Node.
        resolve,
        test: { ...realParts, name: 'cli', include: ['{electron,e2e}/**/*.cli.test.ts'] },
      },
    ],
  },
});
