import { describe, expect, it } from 'vitest';
import { withFolder, withRef } from './context-ref.ts';

const repository = 'https://git.example/a/b.git';

describe('a git context', () => {
  it.each([
    [repository, `${repository}#v1`],
    [`${repository}#mian`, `${repository}#v1`],
    [`${repository}#mian:web/app`, `${repository}#v1:web/app`],
    [`${repository}#:web`, `${repository}#v1:web`],
    ['https://token@git.example/b.git#x', 'https://token@git.example/b.git#v1'],
  ])('%s at another ref is %s', (context, expected) => {
    expect(withRef(context, 'v1')).toBe(expected);
  });

  it.each([
    [repository, `${repository}#:web`],
    [`${repository}#main:wbe`, `${repository}#main:web`],
    ['git@git.example:a/b.git#main:x', 'git@git.example:a/b.git#main:web'],
  ])('%s in another folder is %s', (context, expected) => {
    expect(withFolder(context, 'web')).toBe(expected);
  });
});
