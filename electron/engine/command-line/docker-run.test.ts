import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseContainerCommand, type RunFlags } from './docker-run.ts';

const variable = (name: string) => ({ VAR: 'v', IMAGE: 'alpine' })[name];
const parse = (text: string) => parseContainerCommand(text, variable);
/** Code, what is marked, and what to write. */
const findings = (text: string) =>
  parse(text).findings.map(({ code, offset, length, params }) => [
    code.replace('command.', ''),
    text.slice(offset, offset + length),
    ...('rewrite' in params ? [params['rewrite']] : []),
  ]);

const sorted = (list: readonly (readonly unknown[])[]) => list.map((entry) => JSON.stringify(entry)).toSorted();

describe('the image', () => {
  it.each<[text: string, image: string, args: readonly string[]]>([
    ['hello-world', 'hello-world', []],
    ['bash echo hi', 'bash', ['echo', 'hi']],
    [`bash -c 'echo $HOME && ls'`, 'bash', ['-c', 'echo $HOME && ls']],
    ['alpine -- -x --rm', 'alpine', ['--', '-x', '--rm']],
    ['-- alpine -x', 'alpine', ['-x']],
    [' \n alpine\n', 'alpine', []],
    ['"my registry"/x', 'my registry/x', []],
    ['$IMAGE:3 "$VAR"', 'alpine:3', ['v']],
    ['alpine \\\n  ls \\\n  -l\n', 'alpine', ['ls', '-l']],
    ['-t image', 'image', []],
    ['-it --memory 1g bash ls', 'bash', ['ls']],
    ['-m 1g bash', 'bash', []],
    ['-m1g bash', 'bash', []],
    ['-m=1g bash', 'bash', []],
    ['--memory=1g bash', 'bash', []],
    ['-dit bash', 'bash', []],
    ['-itu root bash', 'bash', []],
    ['-ituroot bash', 'bash', []],
    ['-it -e A=b -eC=d -e=E=f bash', 'bash', []],
    ['--rm --rm=true --rm=false --rm=T bash', 'bash', []],
    ['--env -x bash', 'bash', []],
    ['--entrypoint "" bash', 'bash', []],
    ['-w - bash', 'bash', []],
    ['alpine echo {{x}} *.txt ~', 'alpine', ['echo', '{{x}}', '*.txt', '~']],
  ])('of %j', (text, image, args) => {
    const { command } = parse(text);
    expect(command).toMatchObject({ image, args });
    const rest = text.slice(command?.imageOffset);
    expect(rest.replaceAll(/^"|"(?=\/)/g, '').replace('$IMAGE', 'alpine')).toMatch(new RegExp(`^${image}`));
  });

  it.each([[''], ['   \n'], ['-it'], ['--rm --'], ["''"], ['$UNKNOWN'], ['"$UNKNOWN" ls'], ['# alpine']])(
    'is missing in %j',
    (text) => {
      expect(parse(text).command).toBeUndefined();
      expect(findings(text).map(([code]) => code)).toContain('noImage');
    },
  );
});

describe('the flags', () => {
  it.each<[text: string, flags: RunFlags, ignored?: readonly string[]]>([
    ['', {}],
    ['--entrypoint /bin/ls', { entryPoint: '/bin/ls' }],
    ['--entrypoint=', { entryPoint: '' }],
    ['-e A=b -e C --env D= --env E=f=g -eH=$VAR', { env: ['A=b', 'C', 'D=', 'E=f=g', 'H=v'] }, ['$VAR']],
    ['-u root -u 1:2', { user: '1:2' }],
    ['-w /src', { workingDirectory: '/src' }],
    ['--privileged', { privileged: true }],
    ['--privileged=false', { privileged: false }],
    ['--isolation hyperv', { isolation: 'hyperv' }],
    ['--cpus .5', { cpus: '.5' }],
    ['--cpus 1.25 -m 512MiB', { cpus: '1.25', memory: '512MiB' }],
    ['--memory 1073741824', { memory: '1073741824' }],
    ['--network host', { network: 'host' }],
    ['--net=none', { network: 'none' }],
    ['--network name=Net1 --network net1', { network: 'net1' }],
    ['-p 8080:80 -p127.0.0.1:81:81/tcp --publish=82', { ports: ['8080:80', '127.0.0.1:81:81/tcp', '82'] }],
    ['--expose 81 --expose 90-99', { expose: ['81', '90-99'] }],
    ['-v /a:/b -v vol:/c:ro --volume=/d', { volumes: ['/a:/b', 'vol:/c:ro', '/d'] }],
    ['-v C:\\\\src:/src -v "/var/run/docker.sock:/s"', { volumes: ['C:\\src:/src', '/var/run/docker.sock:/s'] }],
    ['-d', { detach: true }],
    ['-it', { interactive: true, tty: true }, ['-it', '-it']],
    ['--name web', { name: 'web' }, ['--name web']],
    ['--rm', { rm: true }, ['--rm']],
    ['--rm=0', { rm: false }],
    ['--pull always', { pull: 'always' }],
    ['--pull=missing', { pull: 'missing' }],
    ['--platform linux/arm64', { platform: 'linux/arm64' }],
    ['-q --label a=b -l c --sig-proxy=false', {}, ['-q', '--label a=b', '-l c', '--sig-proxy=false']],
    ['--restart no --no-healthcheck --init=false', {}, ['--restart no', '--no-healthcheck', '--init=false']],
  ])('%s are understood', (text, flags, ignored = []) => {
    const line = `${text} alpine ls`;
    expect(parse(line).command).toEqual({ image: 'alpine', imageOffset: text.length + 1, args: ['ls'], flags });
    expect(findings(line).map(([, marked]) => marked)).toEqual(ignored);
    expect(parse(line).findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  it.each([
    ['--add-host a:1.2.3.4'],
    ['--cap-add SYS_ADMIN'],
    ['--device /dev/kvm'],
    ['--env-file x'],
    ['--gpus all'],
    ['-h name'],
    ['--hostname=name'],
    ['--init'],
    ['--mount type=bind,src=/a,dst=/b'],
    ['--network-alias x'],
    ['--network container:web'],
    ['--network name=a,alias=b'],
    ['--pull never'],
    ['-P'],
    ['--restart always'],
    ['--shm-size 1g'],
    ['--tmpfs /x'],
    ['--use-api-socket'],
    ['--help'],
  ])('%s cannot be done, and the image is found', (flag) => {
    expect(findings(`${flag} alpine`)).toEqual([['flagUnsupported', flag]]);
    expect(parse(`${flag} alpine`).command).toBeUndefined();
  });

  it('put a step into one network', () => {
    expect(findings('--network a --network b x')).toEqual([['flagUnsupported', '--network b']]);
  });

  it.each<[text: string, marked: string, params: Record<string, string>]>([
    ['--rm=maybe x', '--rm=maybe', { flag: '--rm', value: 'maybe', example: '--rm=false' }],
    ['--rm= x', '--rm=', { flag: '--rm', value: '', example: '--rm=false' }],
    ['--cpus many x', '--cpus many', { flag: '--cpus', value: 'many', example: '--cpus 0.5' }],
    ['-m lots x', '-m lots', { flag: '-m', value: 'lots', example: '--memory 512m' }],
    ['--pull sometimes x', '--pull sometimes', { flag: '--pull', value: 'sometimes', example: '--pull always' }],
    ['-e =b x', '-e =b', { flag: '-e', value: '=b', example: '--env KEY=value' }],
    ['-v :/x x', '-v :/x', { flag: '-v', value: ':/x', example: '--volume source:/target' }],
    ['-v "" x', '-v ""', { flag: '-v', value: '', example: '--volume source:/target' }],
    ['--network "" x', '--network ""', { flag: '--network', value: '', example: '--network host' }],
  ])('%s has a value that docker does not take', (text, marked, params) => {
    expect(findings(text)).toEqual([['flagInvalid', marked]]);
    expect(parse(text).findings[0]?.params).toEqual(params);
  });

  it.each<[text: string, ...found: (readonly string[])[]]>([
    ['--memory', ['flagValueMissing', '--memory']],
    ['-it -m', ['flagIgnored', '-it'], ['flagIgnored', '-it'], ['flagValueMissing', '-m']],
    ['--nonsense alpine', ['flagUnknown', '--nonsense']],
    ['--nonsense', ['flagUnknown', '--nonsense']],
    ['-ix alpine', ['flagIgnored', '-ix'], ['flagUnknown', '-ix']],
    ['-🚀 alpine', ['flagUnknown', '-🚀']],
    ['---rm alpine', ['flagMisspelled', '---rm', '--rm']],
    ['--=x alpine', ['flagUnknown', '--=x']],
    ['-t= alpine', ['flagIgnored', '-t='], ['flagUnknown', '-t=']],
    ['--privilegd alpine', ['flagMisspelled', '--privilegd', '--privileged']],
    ['--entry-point x alpine', ['flagMisspelled', '--entry-point', '--entrypoint']],
    ['--volumes=/a:/b alpine', ['flagMisspelled', '--volumes', '--volume']],
  ])('%s are in error', (text, ...found) => {
    expect(sorted(findings(text))).toEqual(sorted(found));
    expect(parse(text).command).toBeUndefined();
  });
});

describe('a line that needs a shell', () => {
  it.each<[text: string, ...found: (readonly string[])[]]>([
    ['alpine echo hi && ls', ['needsShell', 'echo hi && ls', "sh -c 'echo hi && ls'"]],
    [
      '-i alpine a >b; c # d',
      ['flagIgnored', '-i'],
      ['comment', '# d'],
      ['needsShell', 'a >b; c # d', "sh -c 'a >b; c # d'"],
    ],
    [`alpine echo 'it' | cat\n`, ['needsShell', `echo 'it' | cat`, `sh -c 'echo '"'"'it'"'"' | cat'`]],
    ['alpine echo $(date) "$(x)"\nls', ['needsShell', 'echo $(date) "$(x)"\nls', `sh -c 'echo $(date) "$(x)"\nls'`]],
    [
      'alpine echo ${A:-b} && $VAR',
      ['variable', '$VAR', "'$VAR'"],
      ['needsShell', 'echo ${A:-b} && $VAR', "sh -c 'echo ${A:-b} && $VAR'"],
    ],
    // Nobody can say what a shell of the image should do here.
    ['alpine && ls', ['operator', '&&', "'&&'"]],
    ['alpine | docker login', ['operator', '|', "'|'"]],
    ['bash -c "echo hi" && ls', ['operator', '&&', "'&&'"]],
    ['--memory 1g | alpine', ['operator', '|', "'|'"]],
    ['--entrypoint curl x -s y | tar x', ['operator', '|', "'|'"]],
    ['alpine a && "b', ['operator', '&&', "'&&'"], ['unterminatedQuote', '"']],
    // Quotes were forgotten.
    ['curl https://x/?a=1&b=2', ['operator', '&', "'&'"]],
    ['pip install x>=1', ['operator', '>', "'>'"]],
    ['bash -c "echo $(date)"', ['substitution', '$(date)', '\\$(date)']],
    ['alpine ls\nalpine ls', ['newline', '\n', ' \\\n']],
  ])('%j', (text, ...found) => {
    expect(sorted(findings(text))).toEqual(sorted(found));
    expect(parse(text).command).toBeUndefined();
  });

  it('is one when rewritten', () => {
    const text = 'alpine echo hi && ls > "x y"';
    const [finding] = parse(text).findings;
    const rewritten = text.slice(0, finding?.offset) + String(finding?.params['rewrite']);
    expect(parse(rewritten)).toMatchObject({
      command: { image: 'alpine', args: ['sh', '-c', 'echo hi && ls > "x y"'] },
      findings: [],
    });
  });
});

/** Parts of commands, and what breaks them. */
const commandText = fc
  .array(
    fc.constantFrom(
      '--rm',
      '--name',
      '-it',
      '-e',
      '-eA=b',
      '--env=',
      '--memory',
      '--',
      '-',
      '--network',
      'name=a,b="',
      '--rm=x',
      '-=',
      '--x',

      'alpine',
      '$VAR',
      '"$VAR"',
      '$(a)',
      '&&',
      '>',
      '\n',
      "'",
      '"',
      '\\',
      '#',
      '--privilege',
      '🚀',
      '-v',
      ':',
      '$IMAGE',
    ),
  )
  .chain((parts) => fc.constantFrom(' ', '').map((joint) => parts.join(joint)));

describe('any text', () => {
  it('is read without an exception; there is a command exactly where there is no error', () => {
    fc.assert(
      fc.property(fc.oneof(commandText, fc.string({ unit: 'binary' })), (text) => {
        const { command, findings: all } = parse(text);
        expect(command === undefined).toBe(all.some(({ severity }) => severity === 'error'));
        for (const { offset, length } of all) {
          expect(offset).toBeGreaterThanOrEqual(0);
          expect(offset + length).toBeLessThanOrEqual(text.length);
        }
        if (command !== undefined) expect(command.imageOffset).toBeLessThan(text.length);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each(['-e a=b ', '--x ', '-i', 'a ', '-v x:y ', '--entrypointt ', '&& ', 'a\n', '--network name=a '])(
    'of a million characters is read in one go: %j again and again',
    (part) => {
      const text = part.repeat(Math.ceil(1_000_000 / part.length));
      expect(() => parse(text)).not.toThrow();
      expect(() => parse(`alpine ${text}`)).not.toThrow();
    },
  );
});
