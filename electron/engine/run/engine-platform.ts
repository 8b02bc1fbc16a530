import type { EngineInfo } from '@shared/model/engine-status.ts';
import type { Platform } from '@shared/model/platform.ts';
import type { RunEngine } from '@shared/model/run.ts';

/** What a record keeps of the engine that the run used. */
export function recordedEngine(name: string, { host, version, builder }: EngineInfo): RunEngine {
  return { name, host, version, builder: builder === 'tar' ? 'tar' : 'buildkit' };
}

/** The engine's own platform, under the names that images have for it: engines tell the kernel's (`x86_64`, `aarch64`) or Go's. */
export function platformOf({ os, architecture }: Pick<EngineInfo, 'os' | 'architecture'>): Platform {
  return { os: os === 'windows' ? 'windows' : 'linux', architecture: architectureOf(architecture) };
}

function architectureOf(name: string): Platform['architecture'] {
  switch (name) {
    case 'aarch64':
    case 'arm64':
      return 'arm64';
    case 'armv7l':
    case 'armv6l':
    case 'arm':
      return 'arm';
    case 'i386':
    case 'i686':
    case '386':
      return '386';
    default:
      return 'amd64';
  }
}
