import { existsSync, mkdirSync, readFileSync, renameSync, watch, type FSWatcher } from 'node:fs';
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
/** An editor writes a file in several strokes. */
const settleMs = 50;

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
  let watcher: FSWatcher | undefined;
  let timer: NodeJS.Timeout | undefined;
  let known = '';

  const get = (): Settings => {
    setAsideDamaged(file);
    return validated(conf.store);
  };

  function tell(): void {
    const settings = get();
    const text = JSON.stringify(settings);
    if (text === known) return;
    known = text;
    for (const listener of listeners) listener(settings);
  }

  function startWatching(): void {
    known = JSON.stringify(get());
    // The folder, not the file: saving replaces the file.
    watcher = watch(home, { persistent: false }, (_, changed) => {
      if (changed !== null && changed !== path.basename(file)) return;
      clearTimeout(timer);
      timer = setTimeout(tell, settleMs).unref();
    });
  }

  function stopWatching(): void {
    clearTimeout(timer);
    watcher?.close();
    watcher = undefined;
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
      if (watcher === undefined) startWatching();
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
  if (!existsSync(file)) return;
  try {
    const stored: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof stored === 'object' && stored !== null && !Array.isArray(stored)) return;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  renameSync(file, file.replace(/\.json$/, '.damaged.json'));
}
