import { mkdirSync, readFileSync, renameSync, unwatchFile, watchFile } from 'node:fs';
import path from 'node:path';
import { appFailure } from '@shared/model/app-error.ts';
import { Settings } from '@shared/model/settings.ts';
import Conf from 'conf';

/** What the runtime keeps, read by window and command line alike. */
export interface SettingsStore {
  /** What isn't set, or was set to something that can't be, has its default. */
  get(): Settings;
  /** Changes what is given (`undefined` isn't) and keeps the rest. @throws `request.invalid` for a value that can't be */
  update(change: { readonly [Key in keyof Settings]?: Settings[Key] | undefined }): Settings;
  /** Told of changes by this process, and by others within moments. */
  onChange(listener: (settings: Settings) => void): () => void;
  close(): void;
}

const name = 'settings';
/** How often other processes' changes are looked for, while somebody listens. One file needs none of the few watchers a system has. */
const pollMs = 500;

/**
 * Opens `<home>/settings.json`. A file that is no JSON is set aside as `settings.damaged.json`, and the defaults hold; what a
 * later version keeps in it is left alone.
 */
export function openSettings(home: string): SettingsStore {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const file = path.join(home, `${name}.json`);
  setAsideDamaged(file);
  const conf = new Conf<Record<string, unknown>>({ cwd: home, configName: name, configFileMode: 0o600 });
  const listeners = new Set<(settings: Settings) => void>();
  /** What listeners know; undefined while there are none. */
  let known: string | undefined;

  const get = (): Settings => {
    setAsideDamaged(file);
    return validated(conf.store);
  };

  function tell(): void {
    const settings = get();
    const text = JSON.stringify(settings);
    if (known === undefined || text === known) return;
    known = text;
    for (const listener of listeners) listener(settings);
  }

  function startWatching(): void {
    known = JSON.stringify(get());
    watchFile(file, { persistent: false, interval: pollMs }, tell);
  }

  function stopWatching(): void {
    known = undefined;
    unwatchFile(file, tell);
  }

  return {
    get,
    update(change) {
      const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
      const checked = Settings.safeParse({ ...get(), ...given });
      if (!checked.success) {
        const reason = checked.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
        throw appFailure('request.invalid', { params: { reason }, fixes: [{ kind: 'editInputs' }] });
      }
      conf.set(given);
      tell();
      return checked.data;
    },
    onChange(listener) {
      if (known === undefined) startWatching();
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) stopWatching();
      };
    },
    close() {
      listeners.clear();
      stopWatching();
    },
  };
}

function validated(stored: Readonly<Record<string, unknown>>): Settings {
  const whole = Settings.safeParse(stored);
  if (whole.success) return whole.data;
  const wrong = new Set(whole.error.issues.map((issue) => issue.path[0]));
  return Settings.parse(Object.fromEntries(Object.entries(stored).filter(([key]) => !wrong.has(key))));
}

function setAsideDamaged(file: string): void {
  try {
    if (isObject(readFileSync(file, 'utf8'))) return;
    renameSync(file, file.replace(/\.json$/, '.damaged.json'));
  } catch (error) {
    // There is none, or another process was quicker.
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}

function isObject(text: string): boolean {
  try {
    const stored: unknown = JSON.parse(text);
    return typeof stored === 'object' && stored !== null && !Array.isArray(stored);
  } catch {
    return false; // no JSON
  }
}
