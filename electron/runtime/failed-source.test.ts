import { mkdir, mkdtemp, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { QuickBuildRequest } from '@shared/model/quick-build.ts';
import { Run } from '@shared/model/run.ts';
import { failedDockerfile, readFailedSource } from './failed-source.ts';

const startTime = '2026-11-23T12:00:00.000Z';

async function folderWith(dockerfile: string, writtenAt = Date.parse(startTime) - 1000): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'failed-source-'));
  await writeFile(path.join(folder, 'Dockerfile'), dockerfile);
  await utimes(path.join(folder, 'Dockerfile'), writtenAt / 1000, writtenAt / 1000);
  return folder;
}

function failedRun(context: string, line: number | undefined, file = 'Dockerfile'): Run {
  return Run.parse({
    runId: 'ca1',
    status: 'Failed',
    runType: 'QuickBuild',
    cause: { kind: 'manual' },
    request: { kind: 'quickBuild', build: QuickBuildRequest.parse({ context }) },
    createTime: startTime,
    startTime,
    lastUpdatedTime: startTime,
    platforms: [],
    images: [],
    steps: [],
    outputImages: [],
    dependencies: [],
    findings: [],
    cachedVertices: 0,
    totalVertices: 0,
    logLines: 0,
    cancelRequested: false,
    keep: false,
    error: { code: 'build.failed', where: { file, ...(line === undefined ? {} : { line }) } },
  });
}

const tenLines = 'FROM a\nRUN 2\nRUN 3\nRUN 4\nRUN 5\nRUN 6\nRUN 7\nRUN 8\nRUN 9\nRUN 10';

it('shows three lines on either side', async () => {
  const context = await folderWith(tenLines);
  expect(await readFailedSource(failedRun(context, 5), '/no/home')).toEqual({
    file: 'Dockerfile',
    firstLine: 2,
    lines: ['RUN 2', 'RUN 3', 'RUN 4', 'RUN 5', 'RUN 6', 'RUN 7', 'RUN 8'],
    line: 5,
    changed: false,
  });
});

it.each([
  [1, 1, ['FROM a', 'RUN 2', 'RUN 3', 'RUN 4']],
  [10, 7, ['RUN 7', 'RUN 8', 'RUN 9', 'RUN 10']],
])('stops at the ends of the file (line %d)', async (line, firstLine, lines) => {
  expect(await readFailedSource(failedRun(await folderWith(tenLines), line), '/no/home')).toMatchObject({
    firstLine,
    lines,
  });
});

it('says when the file was written since', async () => {
  const context = await folderWith(tenLines, Date.parse(startTime) + 1000);
  expect(await readFailedSource(failedRun(context, 5), '/no/home')).toMatchObject({ changed: true });
});

it('has nothing to show for an error without a line, or with one that is not there any more', async () => {
  const context = await folderWith(tenLines);
  expect(await readFailedSource(failedRun(context, undefined), '/no/home')).toBeNull();
  expect(await readFailedSource(failedRun(context, 11), '/no/home')).toBeNull();
});

it('shows nothing of the Dockerfile when the error is about another file', async () => {
  expect(await readFailedSource(failedRun(await folderWith(tenLines), 2, '.dockerignore'), '/no/home')).toBeNull();
});

it('says that the file is gone', async () => {
  await expect(readFailedSource(failedRun('/nowhere/at/all', 5), '/no/home')).rejects.toMatchObject({
    error: { code: 'dockerfile.notFound', params: { path: '/nowhere/at/all/Dockerfile' } },
  });
});

it('shows the lines of a text that was no file', async () => {
  const run = failedRun('/dev/null', 2, 'Dockerfile (pasted)');
  const build = QuickBuildRequest.parse({ context: '/dev/null', inlineDockerfile: { text: tenLines, from: 'form' } });
  const shown = await readFailedSource({ ...run, request: { kind: 'quickBuild', build } }, '/no/home');
  expect(shown).toMatchObject({ file: 'Dockerfile (pasted)', line: 2, changed: false });
});

it('shows the lines of a fetched file as they were kept', async () => {
  const home = await mkdtemp(path.join(os.tmpdir(), 'failed-source-'));
  const kept = failedDockerfile(home, 'ca1');
  await mkdir(path.dirname(kept), { recursive: true });
  await writeFile(kept, tenLines);
  const remote = 'https://git.example/a.git';
  const run = { ...failedRun(remote, 5), source: { kind: 'git' as const, remote, commit: '0'.repeat(40) } };
  expect(await readFailedSource(run, home)).toMatchObject({ firstLine: 2, line: 5, changed: false });
});
