import { rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { suggestTag, surveyContext } from './survey.ts';
import { plantTree, temporaryFolder } from './tree-fixture.ts';

const base = temporaryFolder();
afterAll(() => rmSync(base, { recursive: true }));
plantTree(base, {
  'My App/Dockerfile': '',
  'My App/Dockerfile.dev': '',
  'My App/Dockerfile.dockerignore': '',
  'My App/Containerfile': '',
  'My App/api.Dockerfile': '',
  'My App/dockerfile-notes.md': '',
  'My App/linked.Dockerfile': '-> Dockerfile',
  'My App/services/web/Dockerfile': '',
  'My App/services/Dockerfile': '',
  'My App/a/b/c/Dockerfile': '',
  'My App/a/b/c/d/Dockerfile': '',
  'My App/node_modules/pkg/Dockerfile': '',
  'My App/.git/Dockerfile': '',
  'My App/folder.Dockerfile/': '',
});
const signal = new AbortController().signal;

it('finds Dockerfiles, the likeliest first, and proposes a tag', async () => {
  expect(await surveyContext(path.join(base, 'My App'), signal)).toEqual({
    context: path.join(base, 'My App'),
    dockerfiles: [
      'Dockerfile',
      'Containerfile',
      'Dockerfile.dev',
      'api.Dockerfile',
      'linked.Dockerfile',
      'services/Dockerfile',
      'services/web/Dockerfile',
      'a/b/c/Dockerfile',
    ],
    suggestedTag: 'my-app:{{.Run.ID}}',
  });
});

it('takes a Dockerfile for its folder, and lists it first', async () => {
  const survey = await surveyContext(path.join(base, 'My App/Dockerfile.dev'), signal);
  expect(survey.context).toBe(path.join(base, 'My App'));
  expect(survey.dockerfiles.slice(0, 3)).toEqual(['Dockerfile.dev', 'Dockerfile', 'Containerfile']);
});

it('says when there is no such folder', async () => {
  await expect(surveyContext(path.join(base, 'gone'), signal)).rejects.toMatchObject({
    error: { code: 'context.notFound' },
  });
});

it.each([
  ['/src/web', 'web'],
  ['/src/My.App', 'my.app'],
  ['/src/Café au lait', 'cafe-au-lait'],
  ['/src/__init__', 'init'],
  ['/src/a..b', 'a-b'],
  ['/src/한글', 'app'],
  ['/src/api-한글', 'api'],
  ['/', 'app'],
  [`/src/${'x'.repeat(300)}`, 'x'.repeat(128)],
])('for %j it proposes %s', (context, repository) => {
  expect(suggestTag(context)).toBe(`${repository}:{{.Run.ID}}`);
});
