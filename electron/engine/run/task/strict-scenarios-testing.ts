/**
 * Scenarios that run on the strict fake alone, for these machines can't: privileged containers, which don't start wherever tests run,
 * and containers of Windows. What is looked at is what the Docker Engine API is asked for (spec: task-yaml 6.1, 7.1, 9, 15.1).
 */
import type { ContainerSystem } from '@shared/model/step-places.ts';
import type { Scenario } from './scenario-testing.ts';

export interface StrictScenario extends Scenario {
  readonly system: ContainerSystem;
}

const privileged: readonly StrictScenario[] = [
  {
    system: 'linux',
    name: 'a privileged step is, when a person has said so',
    task: `
steps:
  - id: free
    privileged: true
    user: root
    cpus: 0.5
    entryPoint: /bin/echo
    expose: ["81"]
    disableWorkingDirectoryOverride: true
    cmd: ACTOR print
  - id: bound
    cmd: ACTOR print done`,
    request: { allow: ['privileged'] },
    status: 'Succeeded',
    steps: { free: 'succeeded', bound: 'succeeded' },
    asked: {
      containers: {
        free: {
          User: 'root',
          Entrypoint: ['/bin/echo'],
          Env: ['HOME=/acb/home'],
          WorkingDir: undefined,
          ExposedPorts: { '81/tcp': {} },
          HostConfig: { Privileged: true, NanoCpus: 500_000_000 },
        },
        bound: { HostConfig: { Privileged: false } },
      },
    },
  },
  {
    system: 'linux',
    name: 'a docker client has the engine’s socket, when a person has said so, and nobody else has',
    task: `
steps:
  - id: client
    cmd: -v /var/run/docker.sock:/var/run/docker.sock ACTOR print done
  - id: other
    cmd: ACTOR print done`,
    request: { allow: ['dockerSocket'] },
    status: 'Succeeded',
    steps: { client: 'succeeded', other: 'succeeded' },
    asked: {
      containers: {
        client: { HostConfig: { Mounts: [{}, {}, { Type: 'bind', Source: '/var/run/docker.sock' }] } },
        other: { HostConfig: { Mounts: [{ Target: '/workspace' }, { Target: '/acb/home' }] } },
      },
    },
  },
  {
    system: 'linux',
    name: 'the wait before a step is no part of its time',
    task: `
steps:
  - startDelay: 4
    timeout: 3
    cmd: ACTOR print late`,
    status: 'Succeeded',
    steps: { acb_step_0: 'succeeded' },
    log: ['Waiting 4 seconds before executing step ID: acb_step_0', 'late'],
  },
];

const windows: readonly StrictScenario[] = [
  {
    system: 'windows',
    name: 'a step of Windows has its folders, home, isolation and network there',
    context: { 'hello.txt': 'hello from the context\n' },
    task: `
version: v1.1.0
steps:
  - id: id
    env: ["foo=bar"]
    workingDirectory: stepWorkDir
    cmd: ACTOR folder env USERPROFILE read ..\\hello.txt write c:\\workspace\\made.txt $OS
  - id: next
    cmd: ACTOR read made.txt reach id`,
    status: 'Failed',
    steps: { id: 'succeeded', next: { status: 'failed', exitCode: 1 } },
    log: [
      "Creating Docker network: acb_default_network, driver: 'nat'",
      'c:\\workspace\\stepWorkDir',
      'USERPROFILE=c:\\acb\\home',
      'hello from the context',
      'windows',
    ],
    asked: {
      containers: {
        id: {
          Env: ['USERPROFILE=c:\\acb\\home', 'foo=bar'],
          WorkingDir: 'c:\\workspace\\stepWorkDir',
          HostConfig: {
            Isolation: 'hyperv',
            Mounts: [
              { Type: 'volume', Target: 'c:\\workspace' },
              { Type: 'volume', Target: 'c:\\acb\\home' },
            ],
          },
        },
      },
    },
  },
  {
    system: 'windows',
    name: 'working directories of Windows: relative, of a drive, from the root, the image’s own',
    task: `
workingDirectory: src
steps:
  - cmd: ACTOR folder
  - workingDirectory: other/../deep
    cmd: ACTOR folder
  - workingDirectory: D:\\build\\.
    cmd: ACTOR folder
  - workingDirectory: /abs
    cmd: ACTOR folder
  - disableWorkingDirectoryOverride: true
    cmd: ACTOR folder`,
    status: 'Succeeded',
    steps: {
      acb_step_0: 'succeeded',
      acb_step_1: 'succeeded',
      acb_step_2: 'succeeded',
      acb_step_3: 'succeeded',
      acb_step_4: 'succeeded',
    },
    log: ['c:\\workspace\\src', 'c:\\workspace\\deep', 'D:\\build', 'c:\\abs', '/'],
  },
  {
    system: 'windows',
    name: 'isolation is what the step says, processors and entry point too',
    task: `
steps:
  - id: process
    isolation: process
    cpus: 2
    entryPoint: c:\\windows\\system32\\cmd.exe
    user: ContainerAdministrator
    cmd: ACTOR print ran
  - id: flag
    isolation: process
    cmd: --isolation default ACTOR print ran`,
    status: 'Succeeded',
    steps: { process: 'succeeded', flag: 'succeeded' },
    asked: {
      containers: {
        process: {
          Entrypoint: ['c:\\windows\\system32\\cmd.exe'],
          User: 'ContainerAdministrator',
          HostConfig: { Isolation: 'process', NanoCpus: 2_000_000_000 },
        },
        flag: { HostConfig: { Isolation: 'default' } },
      },
    },
  },
  {
    system: 'windows',
    name: 'a docker client of Windows has the engine’s pipe; volumes lie on drives',
    task: `
volumes:
  - name: notes
    secret: { note.txt: ${Buffer.from('a note').toString('base64')} }
steps:
  - id: client
    cmd: -v \\\\.\\pipe\\docker_engine:\\\\.\\pipe\\docker_engine ACTOR print done
  - id: mounts
    volumeMounts: [{ name: notes, mountPath: 'c:\\run\\notes' }]
    cmd: ACTOR read c:\\run\\notes\\note.txt print -end`,
    request: { allow: ['dockerSocket'] },
    status: 'Succeeded',
    steps: { client: 'succeeded', mounts: 'succeeded' },
    log: ['***-end'],
    asked: {
      containers: {
        client: {
          HostConfig: {
            Mounts: [
              {},
              {},
              { Type: 'npipe', Source: '\\\\.\\pipe\\docker_engine', Target: '\\\\.\\pipe\\docker_engine' },
            ],
          },
        },
        mounts: { HostConfig: { Mounts: [{}, {}, { Type: 'volume', Target: 'c:\\run\\notes' }] } },
      },
    },
  },
  {
    system: 'windows',
    name: 'a folder of the machine is mounted where a person allows it',
    task: `
steps:
  - id: mounts
    cmd: -v c:\\data:d:\\data:ro ACTOR print done`,
    request: { allow: ['hostMounts'] },
    status: 'Succeeded',
    steps: { mounts: 'succeeded' },
    asked: {
      containers: {
        mounts: {
          HostConfig: { Mounts: [{}, {}, { Type: 'bind', Source: 'c:\\data', Target: 'd:\\data', ReadOnly: true }] },
        },
      },
    },
  },
  {
    system: 'windows',
    name: 'a build of Windows is isolated and bounded as ACR has it, unless it says how',
    context: { 'app/Dockerfile': 'FROM ACTOR_IMAGE\nCOPY hello.txt /hello.txt\n', 'app/hello.txt': 'hello\n' },
    task: `
steps:
  - workingDirectory: app
    build: -t slipway-scenario/windows:1 .
  - build: --isolation=process -t slipway-scenario/windows:2 -f app\\Dockerfile c:\\workspace\\app
  - cmd: ACTOR write c:\\workspace\\app\\hello.txt changed
  - build: -m 4GB -t slipway-scenario/windows:3 app
  - cmd: slipway-scenario/windows:3 sh /actor.sh read c:\\hello.txt`,
    status: 'Succeeded',
    steps: {
      acb_step_0: 'succeeded',
      acb_step_1: 'succeeded',
      acb_step_2: 'succeeded',
      acb_step_3: 'succeeded',
      acb_step_4: 'succeeded',
    },
    log: ['changed'],
    asked: {
      builds: [
        { isolation: 'hyperv', memory: '2GB' },
        { isolation: 'process', memory: undefined },
        { isolation: 'hyperv', memory: '4GB' },
      ],
    },
  },
  {
    system: 'windows',
    name: 'the networks of Windows are its own, and nothing is privileged there',
    task: `
networks: [{ name: own, isDefault: true }]
steps:
  - id: web
    detach: true
    cmd: ACTOR stay
  - cmd: ACTOR reach web print found
  - id: nat
    network: nat
    cmd: ACTOR print plain
  - id: free
    privileged: true
    cmd: ACTOR print never`,
    request: { allow: ['privileged'] },
    status: 'Failed',
    steps: { web: 'succeeded', acb_step_1: 'succeeded', nat: 'succeeded', free: 'failed' },
    error: 'container.invalid',
    log: ["Creating Docker network: own, driver: 'nat'", 'found', 'plain'],
    notInLog: ['never'],
    asked: { containers: { nat: { HostConfig: { NetworkMode: 'default' }, NetworkingConfig: undefined } } },
  },
];

export const strictScenarios: readonly StrictScenario[] = [...privileged, ...windows];
