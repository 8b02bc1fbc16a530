import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { LocalRegistryStatus } from '@shared/model/local-registry.ts';
import { openLocalRegistryNote } from './local-registry-note.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(path.join(os.tmpdir(), 'sw-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const running: LocalRegistryStatus = { state: 'running', host: '127.0.0.1:5000', image: 'registry:3' };

it('is what was seen last, also for another process', () => {
  const note = openLocalRegistryNote(home);
  expect(note.get()).toBeUndefined();
  note.put(running);
  // Nobody could tell: what was known stays.
  note.put({ state: 'noEngine' });
  expect(openLocalRegistryNote(home).get()).toEqual(running);
  note.put({ ...running, state: 'stopped' });
  expect(openLocalRegistryNote(home).get()).toMatchObject({ state: 'stopped' });
  note.put({ state: 'absent', dataKept: true });
  expect(openLocalRegistryNote(home).get()).toBeUndefined();
});

it.each(['', '{', '{"state":"running"}', 'null'])('is none where %j stands', (text) => {
  writeFileSync(path.join(home, 'local-registry.json'), text);
  expect(openLocalRegistryNote(home).get()).toBeUndefined();
});
