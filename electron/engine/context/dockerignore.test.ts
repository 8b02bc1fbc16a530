import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { findIgnoreFile, parseIgnoreFile, selectContext } from './dockerignore.ts';
import { plantTree, temporaryFolder } from './tree-fixture.ts';
import { walk } from './walk.ts';

const base = temporaryFolder();
afterAll(() => rmSync(base, { recursive: true }));
const signal = new AbortController().signal;

function folder(tree: Readonly<Record<string, string>>): string {
  const root = path.join(base, String(Math.random()));
  mkdirSync(root);
  plantTree(root, tree);
  return root;
}

it.each<[line: string, pattern: string | undefined]>([
  ['abc', 'abc'],
  ['/abc', 'abc'],
  ['abc/', 'abc'],
  ['  abc\t', 'abc'],
  ['\u00a0abc\u0085', 'abc'],
  ['abc\r', 'abc'],
  ['# comment', undefined],
  [' # not a comment', '# not a comment'],
  ['', undefined],
  ['   ', undefined],
  ['!abc', '!abc'],
  ['! /abc/ ', '!abc'],
  ['!', '!'],
  ['./a//b/../c', 'a/c'],
  ['//abc', 'abc'],
  ['/', '/'],
  ['../abc', '../abc'],
  ['a b', 'a b'],
  ['a # b', 'a # b'],
  ['\uFEFFabc', 'abc'],
])('reads the line %j as the pattern %j', (line, pattern) => {
  expect(parseIgnoreFile(line).map((rule) => rule.pattern)).toEqual(pattern === undefined ? [] : [pattern]);
});

it('numbers the lines as an editor does', () => {
  expect(parseIgnoreFile('# a\n\nb\r\n!c')).toEqual([
    { pattern: 'b', line: 3 },
    { pattern: '!c', line: 4 },
  ]);
});

it.each<[what: string, tree: Record<string, string>, dockerfile: string, found: string | undefined]>([
  ['the one of the context', { Dockerfile: '', '.dockerignore': 'a' }, 'Dockerfile', '.dockerignore'],
  [
    'the one of the Dockerfile before that of the context',
    { Dockerfile: '', '.dockerignore': 'a', 'Dockerfile.dockerignore': 'b' },
    'Dockerfile',
    'Dockerfile.dockerignore',
  ],
  [
    'the one beside a Dockerfile in a folder',
    { 'docker/api.Dockerfile': '', 'docker/api.Dockerfile.dockerignore': 'b', '.dockerignore': 'a' },
    'docker/api.Dockerfile',
    'docker/api.Dockerfile.dockerignore',
  ],
  [
    'the one of the context for a Dockerfile in a folder that has its own .dockerignore',
    { 'docker/Dockerfile': '', 'docker/.dockerignore': 'b', '.dockerignore': 'a' },
    'docker/Dockerfile',
    '.dockerignore',
  ],
  ['none', { Dockerfile: '' }, 'Dockerfile', undefined],
])('takes %s', async (_, tree, dockerfile, found) => {
  const root = folder(tree);
  const ignoreFile = await findIgnoreFile({ root, dockerfile: path.join(root, dockerfile) }, signal);
  expect(ignoreFile?.file).toBe(found === undefined ? undefined : path.join(root, found));
});

it('names the line of a pattern that Docker refuses', async () => {
  const root = folder({ '.dockerignore': 'fine\n\n[z-a]\n' });
  await expect(findIgnoreFile({ root, dockerfile: path.join(root, 'Dockerfile') }, signal)).rejects.toMatchObject({
    error: { code: 'dockerfile.invalid', where: { file: path.join(root, '.dockerignore'), line: 3 } },
  });
});

it('does not take an ignore file that cannot be read for none', async () => {
  const root = folder({ '.dockerignore/': '' });
  await expect(findIgnoreFile({ root, dockerfile: path.join(root, 'Dockerfile') }, signal)).rejects.toMatchObject({
    error: { code: 'context.unreadable', params: { path: path.join(root, '.dockerignore') } },
  });
});

it.each<[what: string, tree: Record<string, string>, dockerfile: string]>([
  ['beside it', { '.dockerignore': '-> ignored', ignored: 'a\n' }, 'Dockerfile'],
  ['in a folder', { '.dockerignore': '-> build/ignored', 'build/ignored': 'a\n' }, 'Dockerfile'],
  [
    'above the Dockerfile',
    { 'docker/api.Dockerfile.dockerignore': '-> ../.dockerignore', '.dockerignore': 'a\n' },
    'docker/api.Dockerfile',
  ],
  [
    'beside a Dockerfile that lies elsewhere',
    { '../elsewhere/Dockerfile.dockerignore': '-> ignored', '../elsewhere/ignored': 'a\n' },
    '../elsewhere/Dockerfile',
  ],
])('follows a link to a file %s', async (_, tree, dockerfile) => {
  const root = path.join(folder({}), 'context');
  mkdirSync(root);
  plantTree(root, tree);
  const found = await findIgnoreFile({ root, dockerfile: path.join(root, dockerfile) }, signal);
  expect(found?.patterns).toEqual(['a']);
});

it.each<[what: string, tree: Record<string, string>]>([
  ['a relative path', { '.dockerignore': '-> ../secret' }],
  ['an absolute path', { '.dockerignore': '-> /etc/hostname' }],
  ['another link', { '.dockerignore': '-> near', near: '-> ../secret' }],
  ['a folder that is a link', { '.dockerignore': '-> near/secret', near: '-> ..' }],
  ['the name of the Dockerfile', { 'Dockerfile.dockerignore': '-> ../secret' }],
])('reads nothing outside of the context: %s', async (_, tree) => {
  const outside = folder({ secret: '[not for anybody\n' });
  const root = path.join(outside, 'context');
  mkdirSync(root);
  plantTree(root, tree);
  await expect(findIgnoreFile({ root, dockerfile: path.join(root, 'Dockerfile') }, signal)).rejects.toMatchObject({
    error: { code: 'context.outside', params: { path: path.join(root, Object.keys(tree)[0] ?? '') } },
  });
});

it.each<[what: string, plant: (file: string) => void]>([
  ['a pipe', (file) => void spawnSync('mkfifo', [file])],
  ['one that never ends', (file) => writeFileSync(file, '#'.repeat(1_048_577))],
])('does not wait for %s', async (_, plant) => {
  const root = folder({});
  plant(path.join(root, '.dockerignore'));
  await expect(findIgnoreFile({ root, dockerfile: path.join(root, 'Dockerfile') }, signal)).rejects.toMatchObject({
    error: { code: 'context.unreadable', params: { path: path.join(root, '.dockerignore') } },
  });
});

it.each<[what: string, ignore: string, sent: string[]]>([
  [
    'leaves version control out, in the root alone',
    '',
    ['.dockerignore', 'sub', 'sub/.git', 'sub/.git/HEAD', 'sub/.gitignore'],
  ],
  [
    'sends .git when an exception brings it back',
    '!.git/**\nsub',
    ['.dockerignore', '.git', '.git/HEAD', '.git/refs', '.git/refs/main'],
  ],
  ['sends one file of .git with the folder around it', '!.git/HEAD\nsub', ['.dockerignore', '.git', '.git/HEAD']],
  ['lets the ignore file ignore itself', '.dockerignore\nsub', []],
])('%s', async (_, ignore, sent) => {
  const root = folder({
    '.dockerignore': ignore,
    '.gitignore': '',
    '.git/HEAD': '',
    '.git/refs/main': '',
    '.svn/entries': '',
    'sub/.git/HEAD': '',
    'sub/.gitignore': '',
  });
  const ignoreFile = await findIgnoreFile({ root, dockerfile: path.join(root, 'Dockerfile') }, signal);
  expect([...walk(root, selectContext(ignoreFile), () => undefined)].map((entry) => entry.path)).toEqual(sent);
});
