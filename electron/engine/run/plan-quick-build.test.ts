import type { EngineInfo } from '@shared/model/engine-status.ts';
import { describe, expect, it } from 'vitest';
import { QuickBuildRequest, type QuickBuildInput } from '@shared/model/quick-build.ts';
import { planQuickBuild, type PlanFacts } from './plan-quick-build.ts';

const facts: PlanFacts = {
  runId: 'ca7',
  startedAt: Date.UTC(2024, 2, 9, 8, 7, 6),
  defaultRegistry: '',
  knownHosts: [],
  enginePlatform: { os: 'linux', architecture: 'amd64' },
};
const plan = (input: Partial<QuickBuildInput>, more: Partial<PlanFacts> = {}) =>
  planQuickBuild(QuickBuildRequest.parse({ context: '/src', ...input }), { ...facts, ...more });

describe('names of a quick build', () => {
  it.each<[title: string, tag: string, facts: Partial<PlanFacts>, image: string, push: boolean]>([
    ['no registry: a bare name stays', 'app:1', {}, 'app:1', false],
    ['no registry: a name with a host is pushed', 'reg.example/app:1', {}, 'reg.example/app:1', true],
    ['a run variable', 'app:$ID', {}, 'app:ca7', false],
    ['no tag means latest', 'app', {}, 'app:latest', false],
    [
      'the default registry is put in front',
      'app:1',
      { defaultRegistry: 'foo.azurecr.io' },
      'foo.azurecr.io/app:1',
      true,
    ],
    ['but not twice', 'foo.azurecr.io/app:1', { defaultRegistry: 'foo.azurecr.io' }, 'foo.azurecr.io/app:1', true],
    ['$Registry names it', '$Registry/app:1', { defaultRegistry: 'foo.azurecr.io' }, 'foo.azurecr.io/app:1', true],
    [
      'a host with a credential keeps its name',
      'bar.io/t:1',
      { defaultRegistry: 'foo.azurecr.io', knownHosts: ['bar.io'] },
      'bar.io/t:1',
      true,
    ],
    [
      'another host becomes a path, as in ACR',
      'bar.io/t:1',
      { defaultRegistry: 'foo.azurecr.io' },
      'foo.azurecr.io/bar.io/t:1',
      true,
    ],
  ])('%s', (_title, tag, more, image, push) => {
    expect(plan({ tags: [tag] }, more).images).toEqual([{ image, push }]);
  });

  it('pushes nothing when the request says so', () => {
    expect(plan({ tags: ['reg.example/app:1'], push: false }).images).toEqual([
      { image: 'reg.example/app:1', push: false },
    ]);
  });

  it('names an image once', () => {
    expect(plan({ tags: ['app:ca7', 'app:$ID', 'docker.io/library/app:ca7'] }).images).toHaveLength(1);
  });

  it.each([
    ['App:1', 'image.invalidReference'],
    ['app:{{nosuch .Run.ID}}', 'template.invalid'],
    ['$Registry/app', 'registry.missing'],
  ])('refuses %s with %s', (tag, code) => {
    expect(() => plan({ tags: [tag] })).toThrow(expect.objectContaining({ error: expect.objectContaining({ code }) }));
  });
});

describe('what lies beside an image', () => {
  it('has run variables in the names of caches', () => {
    expect(plan({ cacheFrom: ['r.io/a:cache'], cacheTo: ['type=registry,ref=r.io/a:$ID,mode=max'] })).toMatchObject({
      cacheFrom: [{ type: 'registry', attributes: { ref: 'r.io/a:cache' } }],
      cacheTo: [{ type: 'registry', attributes: { ref: 'r.io/a:ca7', mode: 'max' } }],
    });
  });

  it.each<[input: Partial<QuickBuildInput>, builder: EngineInfo['builder'], code: string]>([
    [{ cacheTo: ['mode=max'] }, 'containerd', 'request.invalid'],
    [{ cacheTo: ['type=registry'] }, 'containerd', 'request.invalid'],
    [{ cacheFrom: ['App:cache'] }, 'containerd', 'image.invalidReference'],
    [{ cacheTo: ['type=local,dest=/tmp/x'] }, 'containerd', 'build.cacheUnsupported'],
    [{ cacheFrom: ['type=gha'] }, 'containerd', 'build.cacheUnsupported'],
    [{ cacheTo: ['r.io/a:cache'] }, 'graphdriver', 'build.cacheUnsupported'],
    [{ cacheTo: ['type=inline'] }, 'tar', 'build.cacheUnsupported'],
    [{ attestations: ['type=nothing'] }, 'containerd', 'request.invalid'],
    [{ attestations: ['type=provenance,mode=most'] }, 'containerd', 'request.invalid'],
    [{ attestations: ['type=sbom'] }, 'graphdriver', 'build.attestationsUnsupported'],
    [{ attestations: ['type=provenance'] }, 'tar', 'build.attestationsUnsupported'],
    [{ attestations: ['type=provenance'] }, 'buildkit', 'build.attestationsUnsupported'],
    [{ attestations: ['type=sbom'], tags: ['desk.test/tea:1', 'tea:1'] }, 'buildkit', 'build.attestationsUnsupported'],
  ])('%j on %s is refused with %s', (input, builder, code) => {
    expect(() => plan(input, { builder })).toThrow(
      expect.objectContaining({ error: expect.objectContaining({ code }) }),
    );
  });

  it('is let be where the engine can do it', () => {
    expect(() => plan({ cacheFrom: ['r.io/a'], cacheTo: ['type=inline'] }, { builder: 'graphdriver' })).not.toThrow();
    const disabled = ['type=sbom', 'type=sbom,disabled=true'];
    expect(plan({ attestations: disabled }, { builder: 'graphdriver' }).attestations).toEqual([]);
    const wanted = ['type=sbom,"generator=r.io/a,b"', 'type=provenance,mode=min', 'type=provenance,mode=max'];
    expect(plan({ attestations: wanted }, { builder: 'containerd' }).attestations).toEqual([
      { type: 'sbom', options: '"generator=r.io/a,b"' },
      { type: 'provenance', options: 'mode=max' },
    ]);
    expect(
      plan({ attestations: ['type=sbom'], tags: ['desk.test/tea:1'] }, { builder: 'buildkit' }).attestations,
    ).toEqual([{ type: 'sbom', options: '' }]);
  });
});

describe('what the author is told', () => {
  it.each<[title: string, input: Partial<QuickBuildInput>, code: string]>([
    ['nothing names the image', {}, 'build.noTag'],
    ['an image stays in the engine', { tags: ['app:1'] }, 'build.keptInEngine'],
    ['the old name of the run id', { tags: ['r.io/app:{{.Build.ID}}'] }, 'build.oldRunId'],
    [
      'a secret in an argument',
      { tags: ['r.io/a:1'], buildArgs: [{ name: 'TOKEN', value: 'x', secret: true }] },
      'build.secretInArgument',
    ],
  ])('%s', (_title, input, code) => {
    expect(plan(input).findings.map((finding) => finding.code)).toEqual([code]);
  });

  it('renders plain build arguments and leaves secret ones alone', () => {
    const { buildArgs } = plan({
      tags: ['r.io/a:1'],
      buildArgs: [
        { name: 'RUN', value: '{{.Run.ID}}' },
        { name: 'TOKEN', value: '{{.Run.ID}}', secret: true },
        { name: 'UNSET' },
      ],
    });
    expect(buildArgs.map((arg) => arg.value)).toEqual(['ca7', '{{.Run.ID}}', undefined]);
  });

  it('tells of a key that one of them makes, and makes no large one', () => {
    const { buildArgs, madeSecrets } = plan({ buildArgs: [{ name: 'KEY', value: '{{ genPrivateKey "ecdsa" }}' }] });
    expect(madeSecrets).toEqual([buildArgs[0]?.value]);
    expect(() => plan({ labels: { key: '{{ genPrivateKey "rsa" }}' } })).toThrow('template.invalid');
  });
});
