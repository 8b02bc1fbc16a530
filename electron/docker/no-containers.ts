import { appFailure } from '@shared/model/app-error.ts';
import type { Containers } from '../engine/ports/containers.ts';
import type { LocalRegistry } from '../engine/ports/local-registry.ts';

const refuse = () => Promise.reject(appFailure('engine.buildsOnly', { fixes: [{ kind: 'chooseEngine' }] }));

/** Of an engine that only builds: what runs need containers don't go there. */
export const noContainers: Containers = {
  pull: refuse,
  createNetwork: refuse,
  createVolume: refuse,
  writeVolume: refuse,
  readVolume: refuse,
  create: refuse,
  run: refuse,
  startDetached: refuse,
  remove: refuse,
  removeNetwork: refuse,
  removeVolume: refuse,
  commit: refuse,
  removeImage: refuse,
  publishedPorts: refuse,
  isRunning: refuse,
  openTerminal: refuse,
};

/** Nor does a registry. */
export const noLocalRegistry: LocalRegistry = { status: refuse, start: refuse, stop: refuse, remove: refuse };
