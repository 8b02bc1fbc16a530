import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import english from '../i18n/en/task.json' with { type: 'json' };
import korean from '../i18n/ko/task.json' with { type: 'json' };
import { descriptionKey, taskProperties, type TaskObject } from './task-properties.ts';
import { taskJsonSchema } from './task-schema.ts';

const root = path.join(import.meta.dirname, '../..');
const objects = Object.keys(taskProperties) as TaskObject[];
const keys = objects.flatMap((object) => taskProperties[object].map((property) => descriptionKey(object, property)));

function wordsOf(words: { readonly property: object }, key: string): string | undefined {
  const [, object = '', name = ''] = key.split('.');
  return (words.property as Readonly<Record<string, Readonly<Record<string, string>>>>)[object]?.[name];
}

describe('the properties of a task file', () => {
  it.each([
    ['en', english],
    ['ko', korean],
  ])('are described in %s, and nothing else is', (_, words) => {
    const described = Object.entries(words.property).flatMap(([object, names]) =>
      Object.keys(names).map((name) => `property.${object}.${name}`),
    );
    expect(described.sort()).toEqual([...keys].sort());
    expect(keys.filter((key) => !wordsOf(words, key))).toEqual([]);
  });

  it('have no name twice', () => {
    for (const object of objects) {
      const names = taskProperties[object].flatMap(({ name, alsoWritten = [], mistakenFor = [] }) => [
        name,
        ...alsoWritten,
        ...mistakenFor,
      ]);
      expect(new Set(names).size).toBe(names.length);
    }
  });

  it.each(['task', 'step', 'secret', 'network'] as const)('stand in docs/task-file.md: %s', (object) => {
    const documented = documentedProperties(object);
    const table = taskProperties[object].filter(({ unused }) => unused !== true).map(({ name }) => name);
    expect([...documented.keys()].sort()).toEqual([...table].sort());
    if (object !== 'step') return;
    for (const { name, kinds = ['cmd', 'build', 'push'] } of taskProperties.step)
      if (documented.has(name)) expect([name, documented.get(name)]).toEqual([name, kinds]);
  });
});

/** The first column of the tables below a heading, and for steps the kinds that are ticked. */
function documentedProperties(object: 'task' | 'step' | 'secret' | 'network'): ReadonlyMap<string, readonly string[]> {
  const headings = {
    task: '## Task properties',
    step: '## Step properties',
    secret: '## Secrets',
    network: '## Networks',
  };
  const text = readFileSync(path.join(root, 'docs/task-file.md'), 'utf8');
  const start = text.indexOf(headings[object]);
  const section = text.slice(start, text.indexOf('\n## ', start + 1));
  const rows = section.split('\n').flatMap((line) => {
    const cells = line.split('|').map((cell) => cell.trim());
    const name = /^`(\w+)`$/.exec(cells[1] ?? '')?.[1];
    return name === undefined ? [] : [[name, cells] as const];
  });
  return new Map(
    rows.map(([name, cells]) => [name, (['cmd', 'build', 'push'] as const).filter((_, at) => cells[3 + at] === '✓')]),
  );
}

describe('the JSON Schema of task files', () => {
  it('is the one in docs/task.schema.json', () => {
    const made = taskJsonSchema((key) => wordsOf(english, key) ?? '');
    const file = path.join(root, 'docs/task.schema.json');
    // To renew it: write what is expected here, and run prettier over it.
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(made);
  });

  it('has no descriptions but where it is given them', () => {
    expect(JSON.stringify(taskJsonSchema())).not.toContain('"description"');
  });

  it('lets templates and aliases stand for numbers, and takes no other text for them', () => {
    const { definitions } = taskJsonSchema() as {
      readonly definitions: { readonly step: { readonly properties: Readonly<Record<string, unknown>> } };
    };
    expect(definitions.step.properties['retries']).toEqual({
      anyOf: [
        { type: 'integer', minimum: 0 },
        { type: 'string', pattern: String.raw`\{\{|\$` },
      ],
      default: 0,
    });
  });
});
