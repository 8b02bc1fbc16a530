import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BuildCommand, parseBuildCommand } from './docker-build.ts';

const variable = (name: string) => ({ VAR: 'v', TAG: '1 2' })[name];
const parse = (text: string) => parseBuildCommand(text, variable);
const findings = (text: string) =>
  parse(text).findings.map(({ code, offset, length, params }) => [
    code.replace('command.', ''),
    text.slice(offset, offset + length),
    ...('rewrite' in params ? [params['rewrite']] : []),
  ]);

const nothing: BuildCommand = {
  context: '.',
  tags: [],
  buildArgs: [],
  platforms: [],
  noCache: false,
  pull: false,
  labels: {},
  secrets: [],
  ssh: [],
  addHosts: [],
  cacheFrom: [],
  cacheTo: [],
  attestations: [],
  push: false,
  load: false,
  quiet: false,
};

// TestParseDockerBuildCmd of acr-builder, and those of its own that it gets wrong.
it.each<[text: string, dockerfile: string | undefined, target: string | undefined, context: string]>([
  ['-f Dockerfile -t run1:latest https://h/r.git', 'Dockerfile', undefined, 'https://h/r.git'],
  ['https://h/r.git#master:blah -f Dockerfile -t foo:bar', 'Dockerfile', undefined, 'https://h/r.git#master:blah'],
  ['.', undefined, undefined, '.'],
  ['--file src/Dockerfile . -t foo:bar', 'src/Dockerfile', undefined, '.'],
  ['-t foo --target build https://h/r.git#:Dir', undefined, 'build', 'https://h/r.git#:Dir'],
  ['-t a:b --no-cache .', undefined, undefined, '.'],
  ['--no-cache https://h/r.git', undefined, undefined, 'https://h/r.git'],
  ['--pull https://h/r.git', undefined, undefined, 'https://h/r.git'],
  ['-f "Dockerfile" .', 'Dockerfile', undefined, '.'],
  ["-f 'my Dockerfile' .", 'my Dockerfile', undefined, '.'],
  ['--file=a/Dockerfile --target=build .', 'a/Dockerfile', 'build', '.'],
  ['-fDockerfile .', 'Dockerfile', undefined, '.'],
  ['-f a -f b .', 'b', undefined, '.'],
  ['-f "" --target= .', undefined, undefined, '.'],
  ['-t x -- -odd', undefined, undefined, '-odd'],
  ['-qt x dir', undefined, undefined, 'dir'],
])('reads %j', (text, dockerfile, target, context) => {
  const { command, findings: all } = parse(text);
  expect(command).toMatchObject({ context });
  expect([command?.dockerfile, command?.target]).toEqual([dockerfile, target]);
  expect(text.slice(command?.contextOffset).startsWith(context)).toBe(true);
  expect(all).toEqual([]);
});

describe('the flags', () => {
  it.each<[text: string, asked: Partial<BuildCommand>]>([
    [
      '-t "a:1" --tag b --tag=c -tx --build-arg X=1 --build-arg=Y=2 --build-arg "Z=a b"',
      {
        tags: ['a:1', 'b', 'c', 'x'],
        buildArgs: [
          { name: 'X', value: '1' },
          { name: 'Y', value: '2' },
          { name: 'Z', value: 'a b' },
        ],
      },
    ],
    [
      '--build-arg X --build-arg Y= --build-arg Z=a=b',
      { buildArgs: [{ name: 'X' }, { name: 'Y', value: '' }, { name: 'Z', value: 'a=b' }] },
    ],
    [
      '--platform linux/amd64,linux/arm64 --platform=linux/arm/v7',
      { platforms: ['linux/amd64', 'linux/arm64', 'linux/arm/v7'] },
    ],
    ['--no-cache --pull --push --load -q', { noCache: true, pull: true, push: true, load: true, quiet: true }],
    ['--no-cache=false --pull=0 -q=f', {}],
    ['--no-cache --no-cache=false', {}],
    ['--label a=b --label c --label a=d=e', { labels: { a: 'd=e', c: '' } }],
    ['--secret id=a', { secrets: [{ id: 'a' }] }],
    [
      '--secret id=a,src=f --secret type=file,source=g,id=b',
      {
        secrets: [
          { id: 'a', file: 'f' },
          { id: 'b', file: 'g' },
        ],
      },
    ],
    [
      '--secret id=a,env=E --secret type=env,id=b,src=F --secret id=c,type=env',
      { secrets: [{ id: 'a', env: 'E' }, { id: 'b', env: 'F' }, { id: 'c' }] },
    ],
    [`--secret '"id=a","src=x,""y"""'`, { secrets: [{ id: 'a', file: 'x,"y"' }] }],
    [
      '--ssh default --ssh a=/k1,/k2',
      {
        ssh: [
          { id: 'default', paths: [] },
          { id: 'a', paths: ['/k1', '/k2'] },
        ],
      },
    ],
    ['--add-host a:1.2.3.4,b=::1 --add-host c:host-gateway', { addHosts: ['a:1.2.3.4', 'b=::1', 'c:host-gateway'] }],
    ['--network host', { network: 'host' }],
    [
      '--cache-from r/a --cache-from type=local,src=x --cache-to type=inline',
      { cacheFrom: ['r/a', 'type=local,src=x'], cacheTo: ['type=inline'] },
    ],
    [
      '--attest type=sbom,generator=g --sbom=true --provenance mode=max --provenance=false',
      {
        attestations: [
          'type=sbom,generator=g',
          'type=sbom',
          'type=provenance,mode=max',
          'type=provenance,disabled=true',
        ],
      },
    ],
    ['-o type=registry', { push: true }],
    ['--output=type=image,push=true', { push: true }],
    ['-o type=docker', { load: true }],
    ["--label '__proto__=x'", { labels: Object.fromEntries([['__proto__', 'x']]) }],
  ])('%s are understood', (text, asked) => {
    expect(parse(`${text} .`)).toEqual({
      command: { ...nothing, contextOffset: text.length + 1, ...asked },
      findings: [],
    });
  });

  it('take the values of variables', () => {
    expect(parse('-t a:$VAR --build-arg "X=${TAG}" --build-arg=Y=$TAG .').command).toMatchObject({
      tags: ['a:v'],
      buildArgs: [
        { name: 'X', value: '1 2' },
        { name: 'Y', value: '1 2' },
      ],
    });
  });

  it.each(
    [
      '--progress plain',
      '--rm',
      '--force-rm=false',
      '-m 2g',
      '--memory-swap -1',
      '-c 2',
      '--cpu-quota 1',
      '--isolation=hyperv',
      '--isolation=',
      '--squash',
      '--compress',
      '--security-opt x',
      '--builder b',
      '-D',
      '--disable-content-trust',
      '--check=false',
      '--call build',
    ].map((flag) => [flag]),
  )('%s changes nothing', (flag) => {
    expect(findings(`${flag} dir`)).toEqual([['flagIgnored', flag]]);
    expect(parse(`${flag} dir`).command).toEqual({ ...nothing, context: 'dir', contextOffset: flag.length + 1 });
  });

  it.each(
    [
      '--allow network.host',
      '--annotation a=b',
      '--build-context a=b',
      '--cgroup-parent x',
      '--check',
      '--call=check',
      '--iidfile x',
      '--metadata-file x',
      '--no-cache-filter a',
      '-o out',
      '--output type=local,dest=x',
      '--shm-size 1g',
      '--ulimit a=1',
      '--help',
      '--policy x',
      '--resource memory=1g',
    ].map((flag) => [flag]),
  )('%s cannot be done', (flag) => {
    expect(findings(`${flag} dir`)).toEqual([['flagUnsupported', flag]]);
    expect(parse(`${flag} dir`).command).toBeUndefined();
  });

  it.each<[text: string, ...found: (readonly string[])[]]>([
    ['--image a:1 .', ['imageFlag', '--image', '--tag']],
    ['--image=a:1 .', ['imageFlag', '--image', '--tag']],
    ['--nocache .', ['flagMisspelled', '--nocache', '--no-cache']],
    ['--tags a:1 .', ['flagMisspelled', '--tags', '--tag']],
    ['--buildarg=A=b .', ['flagMisspelled', '--buildarg', '--build-arg']],
    ['--nonsense a .', ['flagUnknown', '--nonsense']],
    ['-x .', ['flagUnknown', '-x']],
    ['-h', ['flagUnknown', '-h']],
    ['. -t', ['flagValueMissing', '-t']],
    ['. -t ""', ['flagInvalid', '-t ""']],
    ['--pull=yes .', ['flagInvalid', '--pull=yes']],
    ['--build-arg =x .', ['flagInvalid', '--build-arg =x']],
    ['--label "a b=c" .', ['flagInvalid', '--label "a b=c"']],
    ['--platform linux/amd64, .', ['flagInvalid', '--platform linux/amd64,']],
    ['--add-host nothing .', ['flagInvalid', '--add-host nothing']],
    ['--ssh =x .', ['flagInvalid', '--ssh =x']],
    ['--secret src=x .', ['flagInvalid', '--secret src=x']],
    ['--secret a .', ['flagInvalid', '--secret a']],
    ['--cache-to mode=max .', ['flagInvalid', '--cache-to mode=max']],
    ['--cache-from type=registry .', ['flagInvalid', '--cache-from type=registry']],
    ['--attest sbom .', ['flagInvalid', '--attest sbom']],
    ['--provenance=max .', ['flagInvalid', '--provenance=max']],
    ['--secret id=a,mode=1 .', ['flagInvalid', '--secret id=a,mode=1']],
    ['--secret id=a,type=vault .', ['flagInvalid', '--secret id=a,type=vault']],
    [`--secret 'id=a,"src=b' .`, ['flagInvalid', `--secret 'id=a,"src=b'`]],
    ['-f - .', ['standardInput', '-f -']],
    ['-', ['standardInput', '-']],
    ['a b c', ['twoContexts', 'b']],
    ['-t a:1 . && ls', ['operator', '&&', "'&&'"]],
    ['-t a:$(date) .', ['substitution', '$(date)', "'$(date)'"]],
    ['-t a:1\n.', ['newline', '\n', ' \\\n']],
  ])('%j is in error', (text, ...found) => {
    expect(findings(text)).toEqual(found);
    expect(parse(text).command).toBeUndefined();
  });
});

it.each([['-t a:1'], ['']])('takes the working directory where no context is named: %j', (text) => {
  expect(parse(text)).toMatchObject({
    command: { context: '.' },
    findings: [{ code: 'command.noContext', severity: 'warning', offset: 0, length: text.length }],
  });
  expect(parse(text).command).not.toHaveProperty('contextOffset');
});

describe('any text', () => {
  const buildText = fc
    .array(
      fc.constantFrom(
        '-t',
        '-f',
        '--tag=a',
        '--secret',
        'id=a,"',
        '--platform',
        'a,b',
        '--label',
        '=',
        '--image',
        '--',
        '-',
        '.',
        'dir',

        '$VAR',
        '--ima$X',
        '$(a)',
        '&&',
        '\n',
        "'",
        '"',
        '\\',
        '--nocache',
        '-qt',
        '-q',
        '--add-host',
        '--output',
        '🚀',
      ),
    )
    .chain((parts) => fc.constantFrom(' ', '').map((joint) => parts.join(joint)));

  it('is read without an exception; there is a command exactly where there is no error', () => {
    fc.assert(
      fc.property(fc.oneof(buildText, fc.string({ unit: 'binary' })), (text) => {
        const { command, findings: all } = parseBuildCommand(text, () => 'ge --tag');
        expect(command === undefined).toBe(all.some(({ severity }) => severity === 'error'));
        for (const { offset, length } of all) {
          expect(offset).toBeGreaterThanOrEqual(0);
          expect(offset + length).toBeLessThanOrEqual(text.length);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it.each(['-t a ', '--x ', '-q', 'a ', '--tagg ', '--label a=b ', '--add-host a:b ', '-- '])(
    'of a million characters is read in one go: %j again and again',
    (part) => {
      expect(() => parse(part.repeat(Math.ceil(1_000_000 / part.length)))).not.toThrow();
    },
  );

  it.each(['a:b,', '"', '""', '",', 'id=a,', 'linux/amd64,', '='])('nor a flag with a million of %j', (part) => {
    const value = part.repeat(Math.ceil(1_000_000 / part.length));
    for (const flag of ['secret', 'ssh', 'add-host', 'platform', 'label', 'build-arg']) {
      expect(() => parse(`--${flag} '${value}' .`)).not.toThrow();
    }
  });
});
