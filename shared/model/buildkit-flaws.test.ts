import { expect, it } from 'vitest';
import type { EngineInfo } from './engine-status.ts';
import { trustsFrontends } from './buildkit-flaws.ts';

it.each<[builder: EngineInfo['builder'], version: string | undefined, trusts: 'yes' | 'no' | 'unknown']>([
  ['containerd', 'v0.25.1-moby', 'yes'],
  ['buildkit', 'v0.28.0', 'yes'],
  ['buildkit', 'v0.9.3', 'yes'],
  ['buildkit', 'v0.28.1', 'no'],
  ['containerd', '0.28.1-moby', 'no'],
  ['buildkit', 'v0.100.0', 'no'],
  ['buildkit', 'v1.0.0', 'no'],
  ['graphdriver', undefined, 'unknown'],
  ['containerd', 'v0.0.0+unknown', 'unknown'],
  ['buildkit', 'a branch', 'unknown'],
  ['tar', undefined, 'no'],
])('%s with BuildKit %s: %s', (builder, buildkitVersion, trusts) => {
  expect(trustsFrontends({ builder, ...(buildkitVersion === undefined ? {} : { buildkitVersion }) })).toBe(trusts);
});
