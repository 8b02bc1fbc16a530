import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';

const shell = pathToFileURL(path.join(import.meta.dirname, 'shell.mjs')).href;

/** Runs a script as npm does, through a shell that stays between; the script runs a child that ends only when it is told to. */
function startAsNpmDoes() {
  const child = `process.on('SIGTERM', () => { console.log('told'); process.exit(); }); console.log('up'); setInterval(() => {}, 60_000)`;
  const script = `import { runAttached } from ${JSON.stringify(shell)};
    process.exitCode = await runAttached(process.execPath, ['-e', ${JSON.stringify(child)}]);
    console.log('over', process.exitCode);`;
  return spawn('sh', ['-c', '"$0" --input-type=module -e "$1"; true', process.execPath, script], {
    env: { ...process.env, npm_lifecycle_event: 'start' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

test.skipIf(process.platform === 'win32')('what npm started ends when npm is killed', async () => {
  const npm = startAsNpmDoes();
  const said: string[] = [];
  for await (const text of npm.stdout.setEncoding('utf8')) {
    said.push(...String(text).trim().split('\n'));
    if (text === 'up\n') npm.kill('SIGTERM');
  }
  expect(said).toEqual(['up', 'told', 'over 0']);
});

test.skipIf(process.platform === 'win32')('the child decides about a signal that we get', async () => {
  const child = `process.on('SIGINT', () => process.exit(7)); console.log('up'); setInterval(() => {}, 60_000)`;
  const script = `import { runAttached } from ${JSON.stringify(shell)};
    process.exitCode = await runAttached(process.execPath, ['-e', ${JSON.stringify(child)}]);`;
  const ours = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(ours.stdout, 'data');
  ours.kill('SIGINT');
  expect(await once(ours, 'exit')).toEqual([7, null]);
});
