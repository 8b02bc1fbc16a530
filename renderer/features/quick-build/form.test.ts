import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DockerfileOutline } from '@shared/model/context-survey.ts';
import { formatPlatform } from '@shared/model/platform.ts';
import { QuickBuildRequest, splitSecrets } from '@shared/model/quick-build.ts';
import {
  argFields,
  dockerfileIn,
  engineWish,
  formFor,
  formFromRequest,
  formProblems,
  recordedRequest,
  requestFromForm,
  togglePlatform,
  withWantedSecrets,
} from './form.ts';
import type { BuildForm } from './form.ts';

const survey = {
  context: '/src/web',
  dockerfiles: ['Dockerfile', 'docker/api.Dockerfile'],
  suggestedTag: 'web:{{.Run.ID}}',
};
const fresh = formFor(survey, null, '/src/web');
const request = (form: BuildForm, keepsSecrets = false) =>
  QuickBuildRequest.parse(requestFromForm(form, { keepsSecrets }));

const outline: DockerfileOutline = {
  stages: [],
  args: [
    { name: 'NODE', default: '20', line: 1 },
    { name: 'NPM_TOKEN', line: 4 },
  ],
  secretIds: ['npmrc'],
  sshIds: ['default'],
  exposed: [],
};

describe('what the form asks of an engine', () => {
  it.each([
    ['nothing', '', '', []],
    ['platforms in any case', '', 'Linux/ARM64, windows', ['linux/arm64', 'windows/amd64']],
    ['an engine by name', 'harbour', 'linux/386', ['linux/386']],
    ['nothing for what is no platform yet', '', 'linux/ar, linux/arm', ['linux/arm']],
  ])('%s', (_, engine, platforms, expected) => {
    const wish = engineWish({ engine, platforms });
    expect(wish.engine).toBe(engine === '' ? undefined : engine);
    expect(wish.platforms.map(formatPlatform)).toEqual(expected);
  });
});

describe('the form of a folder', () => {
  it('starts with the likeliest Dockerfile and the suggested tag', () => {
    expect(fresh).toMatchObject({
      context: '/src/web',
      dockerfile: 'Dockerfile',
      tags: ['web:{{.Run.ID}}'],
      push: true,
    });
  });

  it('takes the Dockerfile that was dropped', () => {
    expect(formFor(survey, null, '/src/web/docker/api.Dockerfile').dockerfile).toBe('docker/api.Dockerfile');
  });

  it('is filled in as it was built last', () => {
    const last = request({ ...fresh, dockerfile: 'docker/api.Dockerfile', tags: ['api:1'], noCache: true });
    expect(formFor(survey, last, '/src/web')).toMatchObject({
      dockerfile: 'docker/api.Dockerfile',
      tags: ['api:1'],
      noCache: true,
    });
  });

  it('forgets a Dockerfile that is gone, but not one from elsewhere', () => {
    const gone = request({ ...fresh, dockerfile: 'gone.Dockerfile' });
    const elsewhere = request({ ...fresh, dockerfile: '/etc/images/Dockerfile' });
    expect(formFor(survey, gone, '/src/web').dockerfile).toBe('Dockerfile');
    expect(formFor(survey, elsewhere, '/src/web').dockerfile).toBe('/etc/images/Dockerfile');
  });

  it.each([
    ['/src/web', '/src/web/a/Dockerfile', 'a/Dockerfile'],
    ['C:\\src\\web', 'C:\\src\\web\\Dockerfile', 'Dockerfile'],
    ['/src/web', '/src/web', undefined],
    ['/src/web', '/src/other/Dockerfile', undefined],
    ['/src/web', '/src/website/Dockerfile', undefined],
  ])('in %s, %s is the Dockerfile %s', (context, path, expected) => {
    expect(dockerfileIn(context, path)).toBe(expected);
  });
});

describe('the request of a form', () => {
  it('leaves out what was not filled in', () => {
    const form: BuildForm = {
      ...fresh,
      tags: ['web:1', '  '],
      args: [{ name: 'A', value: '', secret: false }],
      secrets: [{ id: 'npmrc', kind: 'file', text: '' }],
      labels: [{ name: '', value: '' }],
    };
    expect(request(form)).toEqual({
      context: '/src/web',
      dockerfile: 'Dockerfile',
      tags: ['web:1'],
      buildArgs: [],
      secrets: [],
      ssh: [],
      labels: {},
      platforms: [],
      noCache: false,
      pull: false,
      push: true,
      timeoutSeconds: 28_800,
    });
  });

  it('carries everything that was', () => {
    const form: BuildForm = {
      ...fresh,
      tags: [' web:1 ', 'ghcr.io/ana/web:$ID'],
      args: [{ name: 'TOKEN', value: ' s p ', secret: true }],
      secrets: [
        { id: 'a', kind: 'file', text: '/home/ana/.npmrc' },
        { id: 'b', kind: 'env', text: 'TOKEN' },
        { id: 'c', kind: 'value', text: 'typed' },
      ],
      ssh: [
        { id: 'default', path: '' },
        { id: 'deploy', path: '/k/a, /k/b' },
      ],
      labels: [{ name: 'team', value: '결제' }],
      target: 'runtime',
      platforms: 'linux/amd64, Linux/ARM64/v8',
      noCache: true,
      pull: true,
      push: false,
      registry: ' reg.example.com ',
      timeoutMinutes: '1.5',
    };
    expect(request(form)).toEqual({
      context: '/src/web',
      dockerfile: 'Dockerfile',
      tags: ['web:1', 'ghcr.io/ana/web:$ID'],
      buildArgs: [{ name: 'TOKEN', value: ' s p ', secret: true }],
      secrets: [
        { id: 'a', source: { kind: 'file', path: '/home/ana/.npmrc' } },
        { id: 'b', source: { kind: 'env', name: 'TOKEN' } },
        { id: 'c', source: { kind: 'value', value: 'typed' } },
      ],
      ssh: [
        { id: 'default', paths: [] },
        { id: 'deploy', paths: ['/k/a', '/k/b'] },
      ],
      labels: { team: '결제' },
      target: 'runtime',
      platforms: [
        { os: 'linux', architecture: 'amd64' },
        { os: 'linux', architecture: 'arm64', variant: 'v8' },
      ],
      noCache: true,
      pull: true,
      push: false,
      registry: 'reg.example.com',
      timeoutSeconds: 90,
    });
  });

  it('says for a re-run that sealed secrets are to be used, and for a new build nothing', () => {
    const recorded = splitSecrets(
      request({
        ...fresh,
        args: [{ name: 'TOKEN', value: 's3cret', secret: true }],
        secrets: [{ id: 'c', kind: 'value', text: 'typed' }],
      }),
    ).recorded;
    const form = formFromRequest(recorded);
    expect(request(form, true)).toMatchObject({
      buildArgs: [{ name: 'TOKEN', secret: true }],
      secrets: [{ id: 'c', source: { kind: 'value' } }],
    });
    expect(request(form, false)).toMatchObject({ buildArgs: [], secrets: [] });
  });

  it('survives the way through a record and back', () => {
    const word = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
    const form = fc.record<BuildForm>({
      context: fc.constant('/src/web'),
      pasted: fc.constant(undefined),
      dockerfile: fc.constantFrom('Dockerfile', 'docker/api.Dockerfile'),
      tags: fc.array(word, { minLength: 1 }),
      args: fc.array(fc.record({ name: word, value: fc.string({ minLength: 1 }), secret: fc.boolean() })),
      secrets: fc.array(
        fc.record({ id: word, kind: fc.constantFrom('file' as const, 'env' as const, 'value' as const), text: word }),
      ),
      ssh: fc.array(fc.record({ id: word, path: fc.constantFrom('', '/k/a', '/k/a,/k/b') })),
      labels: fc.uniqueArray(fc.record({ name: word, value: fc.string() }), { selector: ({ name }) => name }),
      target: fc.constantFrom('', 'runtime'),
      engine: fc.constantFrom('', 'far'),
      platforms: fc.constantFrom('', 'linux/amd64', 'linux/amd64, linux/arm/v7'),
      noCache: fc.boolean(),
      cacheFrom: fc.constantFrom('', 'r.io/a:cache', 'r.io/a:cache type=registry,ref=r.io/b'),
      cacheTo: fc.constantFrom('', 'type=inline'),
      provenance: fc.constantFrom('', 'mode=min', 'mode=max', 'mode=max,builder-id=me'),
      sbom: fc.boolean(),
      sbomScanner: fc.constantFrom('', 'r.io/scanner:1'),
      pull: fc.boolean(),
      push: fc.boolean(),
      registry: fc.constantFrom('', 'reg.example.com'),
      timeoutMinutes: fc.constantFrom('', '1', '10.5'),
    });
    fc.assert(
      fc.property(form, (typed) => {
        expect(request(formFromRequest(request(typed)))).toEqual(request(typed));
      }),
    );
  });
});

describe('arguments', () => {
  it("come in the Dockerfile's order with their defaults, a person's own behind them", () => {
    const form: BuildForm = {
      ...fresh,
      args: [
        { name: 'EXTRA', value: '1', secret: false },
        { name: 'NODE', value: '22', secret: false },
      ],
    };
    expect(argFields(form, outline)).toMatchObject([
      { name: 'NODE', value: '22', default: '20', declared: true, index: 1 },
      { name: 'NPM_TOKEN', value: '', declared: true, index: undefined },
      { name: 'EXTRA', declared: false, index: 0 },
    ]);
  });

  it.each([
    ['NPM_TOKEN', true],
    ['DB_PASSWORD', true],
    ['apiKey', true],
    ['NODE_VERSION', false],
    ['MONKEY', false],
  ])('%s is taken for a secret: %s', (name, secret) => {
    expect(argFields(fresh, { ...outline, args: [{ name, line: 1 }] })).toMatchObject([{ secret }]);
  });
});

describe('secrets that the Dockerfile asks for', () => {
  it('come as empty rows, once', () => {
    const form = withWantedSecrets(fresh, outline);
    expect(form.secrets).toEqual([{ id: 'npmrc', kind: 'file', text: '' }]);
    expect(form.ssh).toEqual([{ id: 'default', path: '' }]);
    expect(withWantedSecrets(form, outline)).toBe(form);
  });
});

describe('problems', () => {
  it('are none in a fresh form', () => {
    expect(formProblems(fresh)).toEqual([]);
  });

  it.each<[string, Partial<BuildForm>, object]>([
    ['a tag', { tags: ['ok', 'Not'] }, { field: 'tag', index: 1, reason: 'capitals' }],
    ['an argument', { args: [{ name: '', value: 'x', secret: false }] }, { field: 'arg', index: 0, reason: 'name' }],
    ['a secret', { secrets: [{ id: ' ', kind: 'env', text: 'X' }] }, { field: 'secret', index: 0, reason: 'id' }],
    ['a label', { labels: [{ name: '', value: 'x' }] }, { field: 'label', index: 0, reason: 'name' }],
    [
      'a platform',
      { platforms: 'linux/amd64, linux/mips' },
      { field: 'platform', reason: 'unknown', part: 'linux/mips' },
    ],
    ['a time', { timeoutMinutes: '481' }, { field: 'timeout', reason: 'range' }],
    ['no time', { timeoutMinutes: 'soon' }, { field: 'timeout', reason: 'range' }],
  ])('name %s', (_, part, problem) => {
    expect(formProblems({ ...fresh, ...part })).toEqual([problem]);
  });

  it('are none where an empty row says nothing', () => {
    expect(formProblems({ ...fresh, tags: [''], args: [{ name: '', value: '', secret: false }] })).toEqual([]);
  });
});

describe('platforms', () => {
  it('are put into the text and taken out', () => {
    const both = togglePlatform(togglePlatform('', 'linux/amd64'), 'linux/arm64');
    expect(both).toBe('linux/amd64, linux/arm64');
    expect(togglePlatform(both, 'linux/amd64')).toBe('linux/arm64');
  });
});

describe('a Dockerfile that is pasted', () => {
  const none = formFor({ context: '/dev/null', dockerfiles: [], suggestedTag: 'app:{{.Run.ID}}' }, null, '/dev/null');

  it('is what there is without a context, and has to be there', () => {
    expect(none.pasted).toBe('');
    expect(formProblems(none)).toEqual([{ field: 'dockerfile', reason: 'empty' }]);
    expect(formProblems({ ...none, pasted: 'x'.repeat(262_145) })).toEqual([{ field: 'dockerfile', reason: 'long' }]);
  });

  it('takes the place of the file, and comes back from a run', () => {
    const form = { ...fresh, pasted: 'FROM scratch\n' };
    const asked = request(form);
    expect(asked).toMatchObject({ inlineDockerfile: { text: 'FROM scratch\n', from: 'form' } });
    expect(asked.dockerfile).toBeUndefined();
    expect(formFromRequest(asked).pasted).toBe('FROM scratch\n');
    // A Dockerfile that was dropped is what is meant now.
    expect(formFor(survey, asked, '/src/web/Dockerfile').pasted).toBeUndefined();
  });
});

it('has nothing to show for a form that does not hold, and no secret value for one that does', () => {
  const typed = ['l', 'linux/', 'linux/arm6'].map((platforms) => ({ ...fresh, platforms }));
  expect(typed.map((form) => recordedRequest(form, { keepsSecrets: false }))).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  const shown = recordedRequest(
    { ...fresh, platforms: 'linux/arm64', args: [{ name: 'TOKEN', value: 'hush', secret: true }] },
    { keepsSecrets: false },
  );
  expect(shown?.platforms).toEqual([{ os: 'linux', architecture: 'arm64' }]);
  expect(JSON.stringify(shown)).not.toContain('hush');
});
