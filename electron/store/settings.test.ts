import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Settings } from '@shared/model/settings.ts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openSettings, type SettingsStore } from './settings.ts';

const defaults = Settings.parse({});

let home: string;
let file: string;
const stores: SettingsStore[] = [];

beforeEach(() => {
  home = mkdtempSync(path.join(os.tmpdir(), 'slipway-settings-'));
  file = path.join(home, 'settings.json');
});

afterEach(() => {
  for (const store of stores.splice(0)) store.close();
  rmSync(home, { recursive: true, force: true });
});

function open(): SettingsStore {
  const store = openSettings(home);
  stores.push(store);
  return store;
}

const stored = () => JSON.parse(readFileSync(file, 'utf8')) as unknown;

describe('settings', () => {
  it('are the defaults at first', () => {
    expect(open().get()).toEqual(defaults);
  });

  it('keep what is changed, and only that, for this user alone', () => {
    expect(open().update({ theme: 'dark', language: undefined })).toEqual({ ...defaults, theme: 'dark' });
    expect(open().get()).toEqual({ ...defaults, theme: 'dark' });
    expect(stored()).toEqual({ theme: 'dark' });
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('fall back to the default where a value cannot be, and keep the rest, also what they do not know', () => {
    writeFileSync(file, JSON.stringify({ theme: 'purple', concurrentRuns: 0, language: 'ko', ofTheFuture: [1] }));
    const store = open();
    expect(store.get()).toEqual({ ...defaults, language: 'ko' });
    store.update({ concurrentRuns: 3 });
    expect(stored()).toMatchObject({ language: 'ko', concurrentRuns: 3, ofTheFuture: [1] });
  });

  it.each([{ concurrentRuns: 0 }, { retentionDays: 1.5 }, { logLimitBytes: 1 }])(
    'refuse %j, and change nothing',
    (change) => {
      const store = open();
      expect(() => store.update({ theme: 'dark', ...change })).toThrow('request.invalid');
      expect(store.get()).toEqual(defaults);
    },
  );

  it.each(['{"theme": "dark",}', '[]', 'null', ''])('set aside a file that says %j, and start anew', (text) => {
    writeFileSync(file, text);
    expect(open().update({ language: 'en' })).toEqual({ ...defaults, language: 'en' });
    expect(readFileSync(path.join(home, 'settings.damaged.json'), 'utf8')).toBe(text);
  });
});

describe('a listener', () => {
  it('hears at once of a change here, and not of one that changes nothing', () => {
    const store = open();
    const heard: string[] = [];
    store.onChange(({ theme }) => heard.push(theme));
    store.update({ theme: 'dark' });
    store.update({ theme: 'dark' });
    store.update({ theme: 'light' });
    expect(heard).toEqual(['dark', 'light']);
  });

  it('hears of a change by another process, until it stops listening', async () => {
    const [here, there] = [open(), open()];
    const heard: string[] = [];
    const stop = here.onChange(({ theme }) => heard.push(theme));
    there.update({ theme: 'dark' });
    await vi.waitFor(() => expect(heard).toEqual(['dark']), { timeout: 30_000 });
    stop();
    here.update({ theme: 'light' });
    expect(heard).toEqual(['dark']);
  });
});
