import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { QuickRunRequest } from '@shared/model/quick-run.ts';
import type { RunSource } from '@shared/model/run.ts';
import { readTaskTexts } from './task-texts.ts';

it('names a file of what was fetched as it lies in there', async () => {
  const root = await mkdtemp(path.join(os.tmpdir(), 'slipway-texts-'));
  await writeFile(path.join(root, 'acb.yaml'), 'steps: []\n');
  const source: RunSource = { kind: 'archive', url: 'https://host/x.tgz', digest: `sha256:${'0'.repeat(64)}` };
  const read = (name: string) =>
    readTaskTexts(
      QuickRunRequest.parse({ source: { kind: 'file', path: name } }),
      { root, source },
      new AbortController().signal,
    );
  expect(await read('/acb.yaml')).toEqual({ name: 'acb.yaml', text: 'steps: []\n' });
  await expect(read('../tasks/none.yaml')).rejects.toMatchObject({
    error: {
      code: 'taskfile.notFound',
      params: { path: 'tasks/none.yaml' },
      cause: expect.not.stringContaining(root) as unknown,
    },
  });
  await rm(root, { recursive: true });
});
