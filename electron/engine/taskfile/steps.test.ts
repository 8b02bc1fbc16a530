import { describe, expect, it } from 'vitest';
import { type CmdStep, Task, type TaskStep } from '@shared/model/task.ts';
import { loadText, told } from './test-load.ts';

/** The task of a text without an error. */
async function taskOf(text: string, inputs?: Parameters<typeof loadText>[1]): Promise<Task> {
  const { task, findings } = await loadText(text, inputs);
  expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  return Task.parse(task);
}

const step = (task: Task): TaskStep | undefined => task.steps[0];

async function cmdOf(lines: string, head = ''): Promise<Partial<CmdStep>> {
  const task = await taskOf(`${head}steps:\n  - ${lines.replaceAll('\n', '\n    ')}\n`);
  const [first] = task.steps;
  return first?.kind === 'cmd' ? first : {};
}

describe('what a step is without a word', () => {
  it('of cmd', async () => {
    expect(step(await taskOf('# x\nsteps:\n  - cmd: alpine ls -l\n'))).toEqual({
      id: 'acb_step_0',
      line: 3,
      kind: 'cmd',
      text: 'alpine ls -l',
      image: 'alpine',
      args: ['ls', '-l'],
      needs: [],
      env: [],
      workingDirectory: '/workspace',
      timeout: 600,
      startDelay: 0,
      retries: 0,
      retryDelay: 5,
      retryOnErrors: [],
      repeat: 0,
      ignoreErrors: false,
      privileged: false,
      network: 'acb_default_network',
      ports: [],
      expose: [],
      volumeMounts: [],
      binds: [],
      detach: false,
      keep: false,
      pull: false,
      cmdDownloadRetries: 0,
      cmdDownloadRetryDelay: 0,
      disableWorkingDirectoryOverride: false,
    });
  });

  it('of build', async () => {
    const text =
      'steps:\n  - build: -t a:1 -f D --build-arg X --build-arg Y=2 --target t --no-cache --label l=v --secret id=s,src=f .\n    cache: Enabled\n';
    expect(step(await taskOf(text))).toMatchObject({
      kind: 'build',
      context: '.',
      dockerfile: 'D',
      tags: ['a:1'],
      target: 't',
      noCache: true,
      pull: false,
      buildArgs: [{ name: 'X' }, { name: 'Y', value: '2' }],
      labels: { l: 'v' },
      secrets: [{ id: 's', file: 'f' }],
      cache: true,
      timeout: 600,
    });
  });

  it('of push', async () => {
    const task = await taskOf(
      'steps:\n  - push: [a, "a:latest", "b:1", "r.io:5000/x", "c@sha256:' + 'a'.repeat(64) + '"]\n',
    );
    expect(step(task)).toMatchObject({
      kind: 'push',
      // As on ACR, any colon counts as a tag.
      images: ['a:latest', 'b:1', 'r.io:5000/x', `c@sha256:${'a'.repeat(64)}`],
    });
  });

  it('of a task without steps', async () => {
    for (const text of ['', 'version: v1.1.0\n', 'steps:\n', 'steps: []\n', '---\n']) {
      const { task, findings } = await loadText(text);
      expect([task?.steps, findings]).toEqual([[], []]);
    }
  });
});

describe('a step of Windows', () => {
  const windows = (text: string) => taskOf(text, { os: 'windows' });

  it('has its places there, and its isolation', async () => {
    expect(step(await windows('steps:\n  - cmd: nanoserver type c:\\workspace\\a.txt\n'))).toMatchObject({
      args: ['type', 'c:\\workspace\\a.txt'],
      workingDirectory: 'c:\\workspace',
      isolation: 'hyperv',
    });
    expect(step(await windows('steps:\n  - cmd: docker ps\n'))).toMatchObject({
      image: 'docker.io/library/docker:28-windowsservercore',
    });
    expect(step(await windows('steps:\n  - cmd: bash x\n'))).toMatchObject({ image: 'bash' });
    expect(step(await windows('steps:\n  - cmd: -w C:\\a\\..\\b x\n    isolation: process\n'))).toMatchObject({
      workingDirectory: 'C:\\b',
      isolation: 'process',
    });
  });

  it('knows its home as USERPROFILE, and keeps backslashes where the shell of Linux would take them off', async () => {
    const text = `steps:\n  - cmd: x '$A' "c:\\a b\\" $USERPROFILE $HOME.\n`;
    const { task, findings } = await loadText(text, { os: 'windows' });
    expect(task?.steps[0]).toMatchObject({ args: ['$A', 'c:\\a b\\', 'c:\\acb\\home', '.'] });
    expect(told(findings)).toEqual(['2:27 warning command.variable', '2:40 warning command.unknownVariable']);
  });

  it('that needs a shell is told how its own is started', async () => {
    const { findings } = await loadText('steps:\n  - cmd: nanoserver dir > c:\\a.txt\n', { os: 'windows' });
    expect(findings).toMatchObject([{ code: 'command.needsShell', suggestion: `cmd /c 'dir > c:\\a.txt'` }]);
  });

  it('is built with isolation and memory, unless the text says how', async () => {
    const built = async (text: string) => step(await windows(`steps:\n  - build: ${text} .\n`));
    expect(await built('-t a')).toMatchObject({ isolation: 'hyperv', memory: '2GB' });
    expect(await built('--isolation=process -t a')).toMatchObject({ isolation: 'process' });
    expect(await built('--isolation=process -t a')).not.toHaveProperty('memory');
    expect(await built('-m 4GB -t a')).toMatchObject({ isolation: 'hyperv', memory: '4GB' });
    expect(step(await taskOf('steps:\n  - build: -t a .\n'))).not.toHaveProperty('isolation');
  });
});

describe('environment and defaults (spec: task-yaml 15.2)', () => {
  it.each([
    ['env: [A=1, "B=2,C=3"]\n', 'env: [A=9]', ['A=9', 'B=2', 'C=3']],
    ['', 'env: [A]', ['A']],
    ['env: [A=1, A=2]\n', 'env: []', ['A=1', 'A=2']],
    ['', 'env: ["A=1,B=2", "C=a=b="]', ['A=1,B=2', 'C=a=b=']],
    ['env: ["A=x=y"]\n', 'id: a', ['A=x=y']],
    // As in the shell's line that ACR makes of it; what is no word of a shell stays as it is.
    ['env: ["T=\'t u\'"]\n', `env: ["A='b c'", 'B="d e"f', 'C=it\\''s']`, ['A=b c', 'B=d ef', "C=it's", 'T=t u']],
    ['', `env: ["A=b c", "B='x' y", "C='$HOME'", "D='"]`, ['A=b c', "B='x' y", "C='$HOME'", "D='"]],
  ])('%j and %j', async (head, lines, env) => {
    expect((await cmdOf(`cmd: alpine\n${lines}`, head)).env).toEqual(env);
  });

  it.each([
    ['stepTimeout: 33\n', '', 33],
    ['stepTimeout: 33\n', 'timeout: 44', 44],
    ['stepTimeout: 33\n', 'timeout: -5', 33],
    ['stepTimeout: 0\n', '', 600],
    ['', 'timeout: 1.9', 1],
    ['', 'timeout: 0x10', 16],
    ['', 'timeout: 1_000', 1000],
    ['', 'timeout: ~', 600],
    ['', 'timeout: 9223372036854775807', 2_000_000],
  ])('a timeout of %j and %j', async (head, lines, timeout) => {
    expect((await cmdOf(`cmd: alpine\n${lines}`, head)).timeout).toBe(timeout);
  });

  it.each([
    ['retryDelay: 0', { retryDelay: 5 }],
    ['retryDelay: 7', { retryDelay: 7 }],
    ['startDelay: -1', { startDelay: 0 }],
    ['downloadRetries: 3\ndownloadRetryDelay: 2', { cmdDownloadRetries: 3, cmdDownloadRetryDelay: 2 }],
    ['id: 5', { id: '5' }],
    ['id: yes', { id: 'yes' }],
    ['user: 1.0', { user: '1.0' }],
    ['cpus: 0.5', { cpus: '0.5' }],
    ['keep: on', { keep: true }],
    ['ports: [8080:80, 81]', { ports: ['8080:80', '81'] }],
    ['retryOnErrors: [503, "x"]', { retryOnErrors: ['503', 'x'] }],
  ])('types are what the property wants: %j', async (lines, expected) => {
    expect(await cmdOf(`cmd: alpine\n${lines}`)).toMatchObject(expected);
  });

  it.each([
    ['', '', '/workspace'],
    ['', 'workingDirectory: src', '/workspace/src'],
    ['', 'workingDirectory: a/../b/', '/workspace/b'],
    ['', 'workingDirectory: /abs/', '/abs'],
    ['', 'workingDirectory: ..', '/'],
    ['workingDirectory: lib\n', '', '/workspace/lib'],
    ['workingDirectory: lib\n', 'workingDirectory: /x', '/x'],
  ])('a working directory of %j and %j', async (head, lines, expected) => {
    expect((await cmdOf(`cmd: alpine\n${lines}`, head)).workingDirectory).toBe(expected);
  });

  it('merges, anchors and duplicates count as yaml.v2 has them', async () => {
    const base = 'x-base: &base\n  cmd: alpine a\n  retries: 2\n';
    expect(await cmdOf('<<: *base\nretries: 3', base)).toMatchObject({ text: 'alpine a', retries: 3 });
    // What is merged further below goes before what stands above.
    expect(await cmdOf('retries: 3\n<<: *base', base)).toMatchObject({ retries: 2 });
    expect(await cmdOf('cmd: alpine x\ncmd: alpine y')).toMatchObject({ text: 'alpine y' });
    expect(await cmdOf('retries: &n 4\nrepeat: *n\ncmd: alpine')).toMatchObject({ retries: 4, repeat: 4 });
  });
});

describe('networks (spec: task-yaml 9)', () => {
  it.each([
    ['', '', 'acb_default_network'],
    ['networks: [{name: n1}]\n', '', undefined],
    ['networks: [{name: n1, isDefault: yes}, {name: n2, isDefault: yes}]\n', '', 'n2'],
    ['networks: [{name: n1, isDefault: yes}, {name: n2, isDefault: yes}]\n', 'network: n1', 'n1'],
    ['networks: [{name: n1, isDefault: yes}]\n', 'network: host', 'host'],
    ['', 'network: none', 'none'],
  ])('%j and %j', async (head, lines, expected) => {
    expect((await cmdOf(`cmd: alpine\n${lines}`, head)).network).toBe(expected);
  });

  it('are those of the file, or one for all', async () => {
    const task = await taskOf('networks:\n  - {name: n, driver: bridge, ipv6: true, skipCreation: true}\nsteps: []\n');
    expect(task.networks).toEqual([{ name: 'n', driver: 'bridge', ipv6: true, skipCreation: true, isDefault: false }]);
    const none = { name: 'acb_default_network', ipv6: false, skipCreation: false, isDefault: true };
    expect((await taskOf('steps: []\n')).networks).toEqual([{ ...none, driver: 'bridge' }]);
    expect((await taskOf('steps: []\n', { os: 'windows' })).networks).toEqual([{ ...none, driver: 'nat' }]);
  });

  it('without a default are told only where a step is affected', async () => {
    const text = 'networks: [{name: n}]\nsteps:\n  - cmd: alpine\n    network: n\n  - build: .\n';
    expect((await loadText(text)).findings).toEqual([]);
  });
});

describe('the order of steps (spec: task-yaml 5)', () => {
  /** `a b:- c:a,b`: a step each, behind the colon its `when`. */
  const tasks = (text: string) =>
    `steps:\n${text
      .split(' ')
      .map((each) => {
        const [id = '', when] = each.split(':');
        const list = when === undefined ? '' : `, when: ["${when.replaceAll(',', '", "')}"]`;
        return `  - {id: ${id}, cmd: alpine${list}}\n`;
      })
      .join('')}`;
  const needs = (task: Task) => task.steps.map((each) => `${each.id}<${each.needs.join(',')}`).join(' ');

  it.each([
    ['a b c', 'a< b<a c<b'],
    ['a:- b:- c', 'a< b< c<b'],
    ['a:- b:- c:a,b', 'a< b< c<a,b'],
    ['a b:a c:a d:b,c', 'a< b<a c<a d<b,c'],
    ['a b:-', 'a< b<'],
    ['a b:acb_root', 'a< b<'],
    ['a b:acb_root,a', 'a< b<a'],
    ['a b:a,a', 'a< b<a'],
  ])('%s', async (text, expected) => {
    expect(needs(await taskOf(tasks(text)))).toBe(expected);
  });

  it('without ids follows their places', async () => {
    expect(
      needs(await taskOf('steps: [{cmd: alpine}, {cmd: alpine, when: []}, {cmd: alpine, when: [acb_step_0]}]\n')),
    ).toBe('acb_step_0< acb_step_1<acb_step_0 acb_step_2<acb_step_0');
  });

  it('is told to be wrong for each name at once', async () => {
    const { findings, task } = await loadText(tasks('a:b,a b:c,-,x c'));
    expect(task).toBeUndefined();
    expect(told(findings)).toEqual([
      '2:33 error step.laterWhen',
      '2:38 error step.selfReference',
      '3:32 error step.whenDash',
      '3:33 error step.laterWhen',
      '3:43 error step.unknownWhen',
    ]);
  });
});

describe('flags in front of an image', () => {
  const flags =
    '-it --rm=false -e A=9 -e C=3 -u root -w /sub --privileged --cpus 2 -m 1g --network host -p 1:1 --expose 2 -v /x:/y -d --entrypoint sh --pull always --platform linux/arm64';

  it('go before the properties, and lists add up', async () => {
    const properties = [
      `cmd: ${flags} alpine -c x`,
      'env: [A=1, B=2]',
      'user: me',
      'workingDirectory: src',
      'cpus: 1',
      'network: none',
      'ports: [3:3]',
      'expose: [4]',
      'entryPoint: bash',
    ];
    expect(await cmdOf(properties.join('\n'))).toMatchObject({
      image: 'alpine',
      args: ['-c', 'x'],
      env: ['B=2', 'A=9', 'C=3'],
      user: 'root',
      workingDirectory: '/sub',
      privileged: true,
      cpus: '2',
      memory: '1g',
      network: 'host',
      ports: ['3:3', '1:1'],
      expose: ['4', '2'],
      binds: ['/x:/y'],
      detach: true,
      keep: true,
      entryPoint: 'sh',
      pull: true,
      platform: 'linux/arm64',
    });
  });

  it('can’t name a folder below the working directory: docker knows none there', async () => {
    const text = 'steps:\n  - cmd: -w src alpine\n';
    const { findings } = await loadText(text);
    expect(told(findings)).toEqual(['2:10 error command.flagInvalid']);
  });

  it('that say no take back what the properties say', async () => {
    const lines = 'cmd: --rm --privileged=false -d=false alpine\nkeep: true\nprivileged: true\ndetach: true';
    expect(await cmdOf(lines)).toMatchObject({ keep: false, privileged: false, detach: false });
  });
});

describe('an empty text', () => {
  it('is none', async () => {
    expect(await cmdOf('cmd: alpine\nentryPoint: ""\nuser: ""\nnetwork: ""')).not.toHaveProperty('entryPoint');
  });
});

describe('images', () => {
  it.each([
    ['docker ps', 'docker.io/library/docker:28-cli'],
    ['bash x', 'mcr.microsoft.com/acr/bash:2ff604c'],
    ['docker:20 ps', 'docker:20'],
    ['alpine', 'alpine'],
  ])('that ACR’s agents have: %s', async (cmd, image) => {
    expect(await cmdOf(`cmd: ${cmd}`)).toMatchObject({ image, text: cmd });
  });

  it('without a registry to name are no other mistake', async () => {
    const run = {
      ID: 'ca1',
      SharedVolume: '',
      Registry: '',
      RegistryName: '',
      Date: '',
      OS: 'linux',
      Architecture: '',
      Commit: '',
      Branch: '',
      Repository: '',
      GitTag: '',
      TriggeredBy: '',
      OSVersion: '',
      TaskName: '',
    };
    const { findings } = await loadText('version: v1.1.0\nsteps:\n  - push: [$Registry/a]\n', { run });
    expect(findings).toEqual([]);
  });
});

describe('variables in a command', () => {
  it('are the step’s own, and HOME', async () => {
    const { task, findings } = await loadText('env: [A=1]\nsteps:\n  - cmd: alpine $A $HOME $NOPE.\n');
    expect(task?.steps[0]).toMatchObject({ args: ['1', '/acb/home', '.'] });
    expect(told(findings)).toEqual([
      '3:17 warning command.variable',
      '3:20 warning command.variable',
      '3:26 warning command.unknownVariable',
    ]);
  });
});

describe('a file with many mistakes', () => {
  it('is told all of them at once, in the order of the text', async () => {
    const text = [
      'version: v9',
      'stepTimeot: 3',
      'secrets: [{id: a}]',
      'volumes: [{name: "a b", secret: {f: aGk=}}]',
      'steps:',
      '  - id: a b',
      '    cmd: alpine $(date)',
      '    when: [c]',
      '    retries: -1',
      '  - id: c',
      '    push: a',
      '  - id: c',
      '    cmd: docker ps | wc {{.Values.nope}}',
      '  - timeout: "5"',
    ].join('\n');
    expect(told((await loadText(text)).findings)).toEqual([
      '1:10 error task.version',
      '2:1 warning task.unknownKeyMeant',
      '3:11 error secret.noSource',
      '4:18 error volume.badName',
      '6:9 error step.idSpace',
      '7:17 error command.needsShell',
      '8:12 error step.laterWhen',
      '9:14 error step.retries',
      '11:11 error yaml.wantsList',
      '12:9 error step.duplicateId',
      '13:17 error command.needsShell',
      '13:27 warning template.undefinedName',
      '14:5 error step.noKind',
      '14:14 error yaml.wantsInteger',
    ]);
  });
});
