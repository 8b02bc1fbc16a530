import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Task } from '@shared/model/task.ts';
import { taskOfCommand } from './command-task.ts';
import { samples } from './test-samples.ts';
import { loadText, told } from './test-load.ts';
import { parseYaml } from './yaml/parse-yaml.ts';
import type { YamlNode } from './yaml/yaml-tree.ts';

describe('a task file in the manner of ACR’s samples', () => {
  it.each(Object.entries(samples))('loads without an error: %s', async (_, text) => {
    const { task, findings } = await loadText(text);
    expect(told(findings.filter(({ severity }) => severity === 'error'))).toEqual([]);
    expect(Task.parse(task)).toEqual(task);
  });

  it('gives no cause for a word where it is written as one should', async () => {
    for (const name of [
      'build and push',
      'several builds side by side',
      'a Helm release',
      'secrets as files',
      'anchors and merges',
    ])
      expect((await loadText(samples[name] ?? '-')).findings).toEqual([]);
  });

  const folder = path.join(import.meta.dirname, '../../../assets/samples');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('acr-task.yaml'),
  );
  it.each(files)('of ours loads without an error: %s', async (name) => {
    const text = readFileSync(path.join(folder, name), 'utf8');
    const { findings } = await loadText(text);
    expect(told(findings.filter(({ severity }) => severity === 'error'))).toEqual([]);
  });

  it('gives its loops as steps', async () => {
    const { task } = await loadText(samples['loops of templates'] ?? '', { set: new Map([['names', 'a,b,c']]) });
    expect(task?.steps.map(({ id, line }) => [id, line])).toEqual([
      ['build-a', 4],
      ['build-b', 4],
      ['build-c', 4],
      ['acb_step_3', 9],
    ]);
  });
});

describe('a command as a task', () => {
  it.each([
    ['bash echo hi', undefined],
    ["bash -c 'echo it: $ID # no comment'", 30],
    ['bash -c "a: b" {{.Run.ID}}', 1],
    ['@x `y`', undefined],
    ['it\'\'s \\ "quoted"', 5],
    ['alpine sh -c "a\nb\r\tc"', undefined],
    ['# no comment', undefined],
    ['🐳 é \u0085 \u2028 \u0000', undefined],
    [' leading and trailing ', undefined],
  ])('is quoted: %j', (command, timeout) => {
    const { root, problems } = parseYaml(taskOfCommand(command, timeout));
    expect(problems).toEqual([]);
    expect(textsOf(root)).toEqual([
      'version',
      'v1.1.0',
      'steps',
      'cmd',
      command,
      'disableWorkingDirectoryOverride',
      'true',
      ...(timeout === undefined ? [] : ['timeout', String(timeout)]),
    ]);
  });

  it('loses no line that begins with #', async () => {
    const { task } = await loadText(taskOfCommand("alpine sh -c 'a\n# b\nc'", undefined));
    expect(task?.steps).toMatchObject([{ args: ['sh', '-c', 'a\n# b\nc'] }]);
  });

  it('is rendered as in a file, with its aliases', async () => {
    const { task } = await loadText(taskOfCommand('bash echo "$Registry/x: {{.Run.ID}}"', 60));
    expect(task?.steps).toMatchObject([{ args: ['echo', 'myreg.azurecr.io/x: ca1'], timeout: 60 }]);
    expect(task?.version).toBe('v1.1.0');
  });
});

/** All scalars, in their order. */
function textsOf(node: YamlNode | undefined): string[] {
  switch (node?.kind) {
    case 'scalar':
      return [node.text];
    case 'list':
      return node.items.flatMap(textsOf);
    case 'map':
      return node.entries.flatMap(({ key, value }) => [...textsOf(key), ...textsOf(value)]);
    default:
      return [];
  }
}
