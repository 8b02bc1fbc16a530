import { chmodSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { resolveFetchedContext, resolveLocalContext } from './local-context.ts';
import { plantTree, temporaryFolder } from './tree-fixture.ts';

const base = temporaryFolder();
afterAll(() => rmSync(base, { recursive: true }));
plantTree(base, {
  'app/Dockerfile': 'FROM scratch',
  'app/docker/api.Dockerfile': 'FROM scratch',
  'app/docker/folder/': '',
  'app/near': '-> docker/api.Dockerfile',
  'app/far': '-> ../elsewhere/Dockerfile',
  'app/lost': '-> nowhere',
  'elsewhere/Dockerfile': 'FROM scratch',
  'bare/docker/Containerfile': 'FROM scratch',
  'bare/web.Dockerfile': 'FROM scratch',
  'empty/': '',
  '한 글/Dockerfile': 'FROM scratch',
});
symlinkSync(path.join(base, 'app'), path.join(base, 'link'));
const at = (place: string) => path.join(base, place);
const signal = new AbortController().signal;

it.each<[what: string, context: string, dockerfile: string | undefined, found: string]>([
  ['the Dockerfile of the folder', 'app', undefined, 'app/Dockerfile'],
  ['one named relative to the folder', 'app', 'docker/api.Dockerfile', 'app/docker/api.Dockerfile'],
  ['one named by its absolute path', 'app', at('app/docker/api.Dockerfile'), 'app/docker/api.Dockerfile'],
  ['one outside of the folder', 'app', at('elsewhere/Dockerfile'), 'elsewhere/Dockerfile'],
  ['one outside, named relative to the folder', 'app', '../elsewhere/Dockerfile', 'elsewhere/Dockerfile'],
  ['one in a folder that is a link', 'link', undefined, 'link/Dockerfile'],
  ['a link that the engine can follow', 'app', 'near', 'app/near'],
  ['the target of a link that leads out of its folder', 'app', 'far', 'elsewhere/Dockerfile'],
  ['one in a folder with a space and Korean in its name', '한 글', undefined, '한 글/Dockerfile'],
])('finds %s', async (_, context, dockerfile, found) => {
  await expect(resolveLocalContext(at(context), dockerfile, signal)).resolves.toEqual({
    root: at(context),
    dockerfile: at(found),
  });
});

it.each<[what: string, context: string, dockerfile: string | undefined, error: Record<string, unknown>]>([
  ['a folder that is not there', 'gone', undefined, { code: 'context.notFound', params: { path: at('gone') } }],
  ['a file', 'app/Dockerfile', undefined, { code: 'context.notAFolder', params: { path: at('app/Dockerfile') } }],
  [
    'a folder in a file',
    'app/Dockerfile/x',
    undefined,
    { code: 'context.notFound', params: { path: at('app/Dockerfile/x') } },
  ],
  [
    'a folder without a Dockerfile',
    'empty',
    undefined,
    { code: 'dockerfile.notFound', params: { path: at('empty/Dockerfile'), found: '' } },
  ],
  [
    'a Dockerfile of another name, and says which there are',
    'bare',
    undefined,
    {
      code: 'dockerfile.notFound',
      params: { path: at('bare/Dockerfile'), found: 'web.Dockerfile, docker/Containerfile' },
      fixes: [{ kind: 'chooseDockerfile' }],
    },
  ],
  ['a Dockerfile that is a folder', 'app', 'docker/folder', { code: 'dockerfile.notFound' }],
  ['a Dockerfile that is a broken link', 'app', 'lost', { code: 'dockerfile.notFound' }],
])('refuses %s', async (_, context, dockerfile, error) => {
  await expect(resolveLocalContext(at(context), dockerfile, signal)).rejects.toMatchObject({ error });
});

it.each([
  ['locked', 'locked'],
  ['locked file', 'locked file/Dockerfile'],
])('says what may not be read: %s', async (context, unreadable) => {
  plantTree(base, { [`${context}/Dockerfile`]: '' });
  chmodSync(base, 0o755);
  chmodSync(at(unreadable), 0);
  // Root may read everything.
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  try {
    await expect(resolveLocalContext(at(context), undefined, signal)).rejects.toMatchObject({
      error: { code: 'context.unreadable', params: { path: at(unreadable) } },
    });
  } finally {
    if (isRoot) process.seteuid?.(0);
    chmodSync(at(unreadable), 0o755);
  }
});

it('refuses a Dockerfile that would fill our memory', async () => {
  plantTree(base, { 'endless/Dockerfile': 'FROM scratch\n'.padEnd(5_000_000, '#') });
  for (const resolve of [resolveLocalContext, resolveFetchedContext])
    await expect(resolve(at('endless'), undefined, signal)).rejects.toMatchObject({
      error: { code: 'context.unreadable', cause: 'it is longer than 4194304 bytes' },
    });
});

it('names the Dockerfile of what was fetched as it lies in there', async () => {
  await expect(resolveFetchedContext(at('bare'), '../sub/Dockerfile', signal)).rejects.toMatchObject({
    error: {
      code: 'dockerfile.notFound',
      params: { path: 'sub/Dockerfile', found: 'web.Dockerfile, docker/Containerfile' },
    },
  });
});

it('stops when told to', async () => {
  const reason = new Error('enough');
  await expect(resolveLocalContext(at('app'), undefined, AbortSignal.abort(reason))).rejects.toBe(reason);
});
