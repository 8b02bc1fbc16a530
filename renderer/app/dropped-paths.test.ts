import { describe, expect, it } from 'vitest';
import { isTaskFile, taskFilesIn } from './dropped-paths.ts';

describe('what is dropped', () => {
  it.each([
    ['/src/web/acr-task.yaml', true],
    ['C:\\src\\ACB.YML', true],
    ['/src/web/Dockerfile', false],
    ['/src/yaml', false],
    ['/src/task.yaml.bak', false],
  ])('%s is a task file: %s', (path, expected) => {
    expect(isTaskFile(path)).toBe(expected);
  });

  it('is asked about only where a folder has a task file inside', () => {
    const inside = { path: '/src/web/acb.yaml', name: 'acb.yaml' };
    const dockerfile = { path: '/src/web/Dockerfile', name: 'Dockerfile' };
    expect(taskFilesIn('/src/web', [inside])).toEqual([inside]);
    expect(taskFilesIn('/src/web/Dockerfile', [dockerfile])).toEqual([]);
  });
});
