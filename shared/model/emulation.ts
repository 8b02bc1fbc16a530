import type { Fix } from './app-error.ts';
import type { EngineInfo } from './engine-status.ts';
import { formatPlatform, type Platform } from './platform.ts';

/** The platforms that ACR builds for, as people write them; of Windows there is one. */
export const acrPlatforms = [
  { os: 'linux', architecture: 'amd64' },
  { os: 'linux', architecture: '386' },
  { os: 'linux', architecture: 'arm64' },
  { os: 'linux', architecture: 'arm', variant: 'v7' },
  { os: 'linux', architecture: 'arm', variant: 'v6' },
  { os: 'windows', architecture: 'amd64' },
] as const satisfies readonly Platform[];

/**
 * The image that tells a kernel of QEMU, by version and digest: it runs with all rights. Docker's own guide for several platforms
 * has the same one (docs.docker.com: build/building/multi-platform).
 */
export const defaultEmulationImage =
  'docker.io/tonistiigi/binfmt:qemu-v10.2.3@sha256:400a4873b838d1b89194d982c45e5fb3cda4593fbfd7e08a02e76b03b21166f0';

/** What helps where a platform can't be run. */
export const emulationFixes: Fix[] = [{ kind: 'setUpEmulation' }, { kind: 'editInputs' }];

/** How programs of a platform run in an engine. `otherSystem`: not with any emulation; `unknown`: it doesn't say. */
export type PlatformSupport = 'own' | 'emulated' | 'missing' | 'unknown' | 'otherSystem';

/** What an engine says about the programs that it runs. */
export type PlatformFacts = Pick<EngineInfo, 'os' | 'architecture' | 'builder'> & {
  readonly platforms: readonly string[];
};

/**
 * Architectures whose programs a processor runs by itself. `mayRun`: some do, and the engine tells; for `runs` its word isn't needed:
 * BuildKit 0.24 leaves `linux/386` out on machines that run it.
 */
const processors: ReadonlyMap<string, { readonly runs: readonly string[]; readonly mayRun: readonly string[] }> =
  new Map([
    ['amd64', { runs: ['amd64', '386'], mayRun: [] }],
    ['x86_64', { runs: ['amd64', '386'], mayRun: [] }],
    ['arm64', { runs: ['arm64'], mayRun: ['arm'] }],
    ['aarch64', { runs: ['arm64'], mayRun: ['arm'] }],
  ]);

/** How an engine runs programs of a platform, as far as it says. */
export function platformSupport(
  { os, architecture, builder, platforms }: PlatformFacts,
  { os: system, architecture: wanted }: { readonly os: string; readonly architecture: string },
): PlatformSupport {
  if (system !== os && !platforms.some((each) => each.startsWith(`${system}/`))) return 'otherSystem';
  const { runs, mayRun } = processors.get(architecture) ?? { runs: [architecture], mayRun: [] };
  if (system === os && runs.includes(wanted)) return 'own';
  // Emulation is of an architecture; which variants an engine counts up has changed with its versions.
  const offered = platforms.some((each) => each.split('/', 2).join('/') === `${system}/${wanted}`);
  // Without BuildKit an engine tells its own platform alone, whatever it can run.
  if (!offered) return builder === 'tar' ? 'unknown' : 'missing';
  return system === os && mayRun.includes(wanted) ? 'own' : 'emulated';
}

/** Whether emulation can be set up from here: by a container, in the kernel of Linux, where something is missing. */
export function canSetUpEmulation(info: PlatformFacts): boolean {
  return info.os === 'linux' && info.builder !== 'buildkit' && missingPlatforms(info).length > 0;
}

/** Whether an engine runs programs of a platform, as far as it says. */
export function runsPlatform(info: PlatformFacts, platform: Platform): boolean {
  const support = platformSupport(info, platform);
  return support === 'own' || support === 'emulated';
}

/** The platforms that an engine says it runs, and those of its own processor that it leaves out. */
export function runnablePlatforms(info: PlatformFacts): readonly string[] {
  const told = new Set(info.platforms.map((each) => each.split('/', 2).join('/')));
  const leftOut = acrPlatforms.filter(
    (each) => platformSupport(info, each) === 'own' && !told.has(`${each.os}/${each.architecture}`),
  );
  return [...info.platforms, ...leftOut.map(formatPlatform)];
}

/** Those platforms of ACR's that an engine could have by emulation, and hasn't as far as it says. */
export function missingPlatforms(info: PlatformFacts): readonly string[] {
  const lacks = (each: Platform) => ['missing', 'unknown'].includes(platformSupport(info, each));
  return acrPlatforms.filter(lacks).map(formatPlatform);
}
