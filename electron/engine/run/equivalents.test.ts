import { expect, it } from 'vitest';
import { QuickBuildRequest } from '@shared/model/quick-build.ts';
import { equivalents } from './equivalents.ts';

it('says the same build in the words of three tools, quoted for a shell, without a secret value', () => {
  const request = QuickBuildRequest.parse({
    context: "/home/me/my app's",
    dockerfile: 'docker/Dockerfile',
    tags: ['r.io/app:$ID'],
    buildArgs: [
      { name: 'MODE', value: 'fast & loose' },
      { name: 'TOKEN', value: 'hunter2', secret: true },
    ],
    secrets: [{ id: 'npm', source: { kind: 'file', path: '/k' } }],
    platforms: [{ os: 'linux', architecture: 'arm64' }],
    target: 'web',
    registry: 'r.io',
  });
  const { slipway, az, docker } = equivalents(request);
  expect(slipway).toBe(
    String.raw`slipway build --registry r.io -t 'r.io/app:$ID' -f docker/Dockerfile --target web --platform linux/arm64 --build-arg 'MODE=fast & loose' --secret-build-arg TOKEN --secret id=npm,src=/k '/home/me/my app'\''s'`,
  );
  expect(az).toBe(
    String.raw`az acr build --registry r.io -t 'r.io/app:$ID' -f docker/Dockerfile --target web --platform linux/arm64 --build-arg 'MODE=fast & loose' --secret-build-arg TOKEN '/home/me/my app'\''s'`,
  );
  expect(docker).toContain('docker buildx build');
  expect(docker).toContain('--push');
  expect([slipway, az, docker].join()).not.toContain('hunter2');
});

it('says caches and attestations to the tools that know them', () => {
  const request = QuickBuildRequest.parse({
    context: '/src',
    cacheFrom: ['r.io/a:cache'],
    cacheTo: ['type=inline'],
    attestations: ['type=provenance,mode=max'],
  });
  const { slipway, az, docker } = equivalents(request);
  for (const line of [slipway, docker]) {
    expect(line).toContain('--cache-from r.io/a:cache --cache-to type=inline --attest type=provenance,mode=max');
  }
  expect(az).not.toContain('cache');
});
