import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type CommandLine, commandLine } from './cli-testing.ts';

const parts = inject('parts');

describe.each(parts.engines)('two platforms on Docker Engine $name', (engine) => {
  let slipway: CommandLine;
  let built: { readonly stderr: string; readonly code: number | null };
  let runId: string;

  beforeAll(async () => {
    slipway = await commandLine({ DOCKER_HOST: engine.host });
    const context = path.join(slipway.work, 'web');
    await mkdir(context);
    const dockerfile = `FROM --platform=$BUILDPLATFORM ${parts.busybox.open}\nARG TARGETARCH\nRUN echo "made for $TARGETARCH"\n`;
    await writeFile(path.join(context, 'Dockerfile'), dockerfile);
    const given = ['--platform', 'linux/amd64,Linux/ARM64', '-t', 'web:1', '--no-push', '--no-cache'];
    built = await slipway.run(['build', context, ...given]);
    runId = /Run (ca\w+) succeeded/.exec(built.stderr)?.[1] ?? '';
  });
  afterAll(() => slipway.remove());

  it('are built side by side', () => {
    expect(built.code).toBe(0);
    expect(built.stderr).toContain('made for amd64');
    expect(built.stderr).toContain('made for arm64');
  });

  it.each(['linux/arm64', 'Linux/ARM64/v8'])('have a log each: %s', async (platform) => {
    const { stdout, code } = await slipway.run(['runs', 'logs', runId, '--platform', platform]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\[linux\/(?:amd64->)?arm64 2\/2\] RUN/m);
    expect(stdout).toContain('made for arm64');
    expect(stdout).not.toContain('made for amd64');
  });

  it.each([
    [
      'one that was not built for',
      ['--platform', 'linux/386'],
      /no log of that platform[^]*linux\/386 linux\/amd64, linux\/arm64/,
      1,
    ],
    ['no platform at all', ['--platform', 'beos'], /not a platform[^]*beos/, 2],
    ['a log that goes on', ['--platform', 'linux/arm64', '-f'], /leave out -f and --json/, 2],
  ])('are refused: %s', async (_what, given, words, exitCode) => {
    const { stderr, code } = await slipway.run(['runs', 'logs', runId, ...given]);
    expect(stderr).toMatch(words);
    expect(code).toBe(exitCode);
  });
});
