import { linkSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { measureContext } from './measure.ts';
import { plantTree, temporaryFolder } from './tree-fixture.ts';

const base = temporaryFolder();
afterAll(() => rmSync(base, { recursive: true }));
plantTree(base, {
  'app/Dockerfile': 'FROM scratch',
  'app/.dockerignore': 'node_modules\n*.log\n',
  'app/.git/HEAD': 'ref',
  'app/node_modules/a/index.js': 'x'.repeat(1000),
  'app/node_modules/b/index.js': 'x'.repeat(1000),
  'app/debug.log': 'x'.repeat(1000),
  'app/src/a': 'x'.repeat(300),
  'app/src/deep/b': 'x'.repeat(200),
  'app/one': 'x'.repeat(100),
  'app/two': 'x'.repeat(90),
  'app/three': 'x'.repeat(80),
  'app/four': 'x'.repeat(70),
  'app/five': '-> one',
});
linkSync(path.join(base, 'app/src/a'), path.join(base, 'app/src/again'));
plantTree(base, { 'other/Dockerfile': '', 'other/Dockerfile.dockerignore': 'app\nnode_modules\n[z-a]' });
const at = (place: string) => path.join(base, place);

it('adds up what is sent, and counts what is not without looking into it', async () => {
  expect(await measureContext(at('app'), at('app/Dockerfile'), new AbortController().signal)).toEqual({
    // Dockerfile, .dockerignore, src/a, src/again, src/deep/b, one to four and the link
    files: 10,
    bytes: 12 + 19 + 300 + 200 + 100 + 90 + 80 + 70,
    // node_modules, debug.log and .git
    ignoredFiles: 3,
    ignoreFile: '.dockerignore',
    largest: [
      { path: 'src', bytes: 500 },
      { path: 'one', bytes: 100 },
      { path: 'two', bytes: 90 },
      { path: 'three', bytes: 80 },
      { path: 'four', bytes: 70 },
    ],
  });
});

it('brings failures over from its thread', async () => {
  await expect(measureContext(at('app'), at('other/Dockerfile'), new AbortController().signal)).rejects.toMatchObject({
    error: { code: 'dockerfile.invalid', where: { file: at('other/Dockerfile.dockerignore'), line: 3 } },
  });
});

it('stops when told to', async () => {
  const abort = new AbortController();
  const reason = new Error('enough');
  const measured = measureContext(at('app'), at('app/Dockerfile'), abort.signal);
  abort.abort(reason);
  await expect(measured).rejects.toBe(reason);
});
