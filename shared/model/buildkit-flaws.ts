import type { EngineInfo } from './engine-status.ts';

/** The first without CVE-2026-33747 and CVE-2026-33748 (spec: reliability-security S7). */
export const safeBuildKit = '0.28.1';

/**
 * Whether an engine's BuildKit lets the frontend that a Dockerfile names with `# syntax=` write outside of BuildKit's own folders.
 * `unknown` where it doesn't tell its version; `no` where there is no BuildKit.
 */
export function trustsFrontends({
  builder,
  buildkitVersion,
}: Pick<EngineInfo, 'builder' | 'buildkitVersion'>): 'yes' | 'no' | 'unknown' {
  if (builder === 'tar') return 'no';
  const told = numbersOf(buildkitVersion ?? '');
  const safe = numbersOf(safeBuildKit);
  if (told === undefined || safe === undefined) return 'unknown';
  for (const [index, number] of safe.entries()) {
    const other = told[index] ?? 0;
    if (other !== number) return other < number ? 'yes' : 'no';
  }
  return 'no';
}

/** Builds without a release call themselves 0.0.0. */
function numbersOf(version: string): readonly number[] | undefined {
  if (/^v?0\.0\.0/.test(version)) return undefined;
  return /^v?(\d+)\.(\d+)\.(\d+)/.exec(version)?.slice(1).map(Number);
}
