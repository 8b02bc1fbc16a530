import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openAllowances } from './allowances.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(path.join(os.tmpdir(), 'slipway-allowances-'));
});
afterEach(() => rmSync(home, { recursive: true }));

it('remembers what each task was allowed, for the next process too', () => {
  openAllowances(home).add('/srv/one/acb.yaml', ['privileged']);
  openAllowances(home).add('/srv/one/acb.yaml', ['dockerSocket', 'privileged']);
  const allowances = openAllowances(home);
  expect(allowances.of('/srv/one/acb.yaml')).toEqual(['privileged', 'dockerSocket']);
  expect(allowances.of('/srv/other/acb.yaml')).toEqual([]);
});

it('keeps no text of a task', () => {
  openAllowances(home).add('command\0docker run --token hunter2', ['dockerSocket']);
  expect(readFileSync(path.join(home, 'allowances.json'), 'utf8')).not.toContain('hunter2');
});

it.each([['no JSON'], ['{"x": ["everything"]}']])('allows nothing by a file that can’t be read: %s', (text) => {
  writeFileSync(path.join(home, 'allowances.json'), text);
  expect(openAllowances(home).of('x')).toEqual([]);
});
