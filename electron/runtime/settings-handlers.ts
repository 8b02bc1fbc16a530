import type { RuntimeHandlers } from '@shared/contract/index.ts';
import type { SettingsStore } from '../store/settings.ts';

/** The operations on settings. */
export function settingsHandlers(settings: SettingsStore): RuntimeHandlers['settings'] {
  return {
    get: async () => settings.get(),
    update: async (change) => settings.update(change),
  };
}
