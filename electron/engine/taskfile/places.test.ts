import { describe, expect, it } from 'vitest';
import { namesInWorkspace, placeOf } from './places.ts';

describe('a working directory', () => {
  it.each([
    ['', '/workspace', 'c:\\workspace'],
    ['src', '/workspace/src', 'c:\\workspace\\src'],
    ['a/../b/', '/workspace/b', 'c:\\workspace\\b'],
    ['..', '/', 'c:\\'],
    ['../../..', '/', 'c:\\'],
    ['/abs/', '/abs', 'c:\\abs'],
    ['src\\main', '/workspace/src\\main', 'c:\\workspace\\src\\main'],
    ['a\\..\\b', '/workspace/a\\..\\b', 'c:\\workspace\\b'],
    ['C:\\build\\.', '/workspace/C:\\build\\.', 'C:\\build'],
    ['d:/build', '/workspace/d:/build', 'd:\\build'],
    ['\\\\server\\share', '/workspace/\\\\server\\share', '\\\\server\\share'],
  ])('%j is %j, and of Windows %j', (path, linux, windows) => {
    expect(placeOf('linux', path)).toBe(linux);
    expect(placeOf('windows', path)).toBe(windows);
  });
});

describe('a path of a build, from its working directory', () => {
  it.each([
    ['linux', '/workspace', '.', []],
    ['linux', '/workspace/src', '../web', ['web']],
    ['linux', '/workspace', '..', undefined],
    ['linux', '/workspace', '/workspaces/x', undefined],
    ['linux', '/srv', '.', undefined],
    ['windows', 'c:\\workspace', '.', []],
    ['windows', 'c:\\workspace\\src', '..\\web/app', ['web', 'app']],
    ['windows', 'c:\\workspace', 'C:\\Workspace\\web', ['web']],
    ['windows', 'c:\\workspace', '..', undefined],
    ['windows', 'd:\\', '.', undefined],
  ] as const)('of %s: %j and %j', (system, folder, path, names) => {
    expect(namesInWorkspace(system, folder, path)).toEqual(names);
  });
});
