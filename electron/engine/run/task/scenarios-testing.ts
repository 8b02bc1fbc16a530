/**
 * Whole runs as a table: a task file, and what must come of it (spec: task-yaml 5 to 9). The same table is run on real engines
 * and on the strict fake. Commands are acts of `actorScript`, so that the fake can play them too.
 */
import { orderScenarios } from './order-scenarios-testing.ts';
import type { Scenario } from './scenario-testing.ts';

const hello = { 'hello.txt': 'hello from the context\n' };

/** What steps see of each other, of the context and of the engine. */
const worldScenarios: readonly Scenario[] = [
  {
    name: 'a detached step goes on beside the others, who find it by its id',
    task: `
steps:
  - id: web
    detach: true
    cmd: ACTOR print serving stay
  - id: test
    cmd: ACTOR reach web print reached`,
    status: 'Succeeded',
    steps: { web: 'succeeded', test: 'succeeded' },
    log: ['reached'],
  },
  {
    name: 'the step’s environment comes before the task’s; HOME is shared and can be overridden',
    task: `
env: ["A=task", "B=task,C=also"]
steps:
  - id: a
    env: ["A=step", "D=x=y z"]
    cmd: ACTOR env A env B env C env D env HOME write /acb/home/note kept
  - id: b
    env: ["HOME=/elsewhere"]
    cmd: ACTOR env HOME read /acb/home/note`,
    status: 'Succeeded',
    steps: { a: 'succeeded', b: 'succeeded' },
    log: ['A=step', 'B=task', 'C=also', 'D=x=y z', 'HOME=/acb/home', 'HOME=/elsewhere', 'kept'],
  },
  {
    name: 'working directories: the workspace, a folder in it, an absolute one, the image’s own',
    task: `
workingDirectory: src
steps:
  - cmd: ACTOR folder
  - workingDirectory: other/../deep
    cmd: ACTOR folder
  - workingDirectory: /srv
    cmd: ACTOR folder
  - disableWorkingDirectoryOverride: true
    cmd: ACTOR folder`,
    status: 'Succeeded',
    steps: { acb_step_0: 'succeeded', acb_step_1: 'succeeded', acb_step_2: 'succeeded', acb_step_3: 'succeeded' },
    log: ['/workspace/src', '/workspace/deep', '/srv', '/'],
  },
  {
    name: 'the context is the workspace, without what .dockerignore leaves out; steps share it',
    context: { ...hello, 'ignored.log': 'x', '.dockerignore': '*.log\n' },
    task: `
steps:
  - cmd: ACTOR read hello.txt write made.txt made
  - cmd: ACTOR read made.txt
  - ignoreErrors: true
    id: ignored
    cmd: ACTOR read ignored.log`,
    status: 'Succeeded',
    steps: {
      acb_step_0: 'succeeded',
      acb_step_1: 'succeeded',
      ignored: { status: 'succeeded', errorIgnored: true, exitCode: 1 },
    },
    log: ['hello from the context', 'made'],
  },
  {
    name: 'variables, values and aliases are filled in, and a shell is nowhere',
    task: `
version: v1.1.0
alias:
  values:
    word: quay
steps:
  - cmd: ACTOR print $word-$ID print '{{.Values.name | upper}} && x' print "$HOST_HAS_NONE" print '$word is kept'`,
    request: { values: [{ name: 'name', value: 'harbour' }] },
    status: 'Succeeded',
    steps: { acb_step_0: 'succeeded' },
    log: ['HARBOUR && x', 'quay is kept'],
  },
  {
    name: 'a secret value is used and never shown',
    task: `
version: v1.1.0
steps:
  - env: ["TOKEN={{.Values.token}}"]
    cmd: ACTOR env TOKEN print done`,
    request: { values: [{ name: 'token', value: 'hunter2-and-more', secret: true }] },
    status: 'Succeeded',
    steps: { acb_step_0: 'succeeded' },
    log: ['TOKEN=***', 'done'],
    notInLog: ['hunter2'],
  },
  {
    name: 'keys and passwords that a template makes are used and never shown',
    task: `
steps:
  - cmd: ACTOR env PASSWORD env KEY
    env:
      - 'PASSWORD={{ derivePassword 1 "long" "password" "user" "example.com" }}'
      - KEY={{ genPrivateKey "ecdsa" | b64enc }}`,
    status: 'Succeeded',
    steps: { acb_step_0: 'succeeded' },
    log: ['PASSWORD=***', 'KEY=***'],
    notInLog: ['ZedaFaxcZaso9*', 'LS0t'],
  },
  {
    name: 'secret volumes hold the exact bytes of their files',
    task: `
volumes:
  - name: notes
    secret:
      note.txt: ${Buffer.from('a $HOME `b`').toString('base64')}
steps:
  - volumeMounts: [{ name: notes, mountPath: /run/notes }]
    cmd: ACTOR read /run/notes/note.txt print -end`,
    status: 'Succeeded',
    steps: { acb_step_0: 'succeeded' },
    log: ['***-end'],
  },
  {
    name: 'entry point and user are the step’s',
    task: `
steps:
  - user: "1000"
    cmd: ACTOR user
  - entryPoint: /bin/echo
    cmd: ACTOR said by echo`,
    status: 'Succeeded',
    steps: { acb_step_0: 'succeeded', acb_step_1: 'succeeded' },
    log: ['1000', '/actor.sh said by echo'],
  },
  {
    name: 'an image is built from the context and run by the next step',
    context: { Dockerfile: 'FROM ACTOR_IMAGE\nCOPY hello.txt /hello.txt\n', ...hello },
    task: `
steps:
  - id: build
    build: -t slipway-scenario/hello:{{.Run.ID}} .
  - cmd: slipway-scenario/hello:{{.Run.ID}} sh /actor.sh read /hello.txt`,
    status: 'Succeeded',
    steps: { build: 'succeeded', acb_step_1: 'succeeded' },
    log: ['hello from the context'],
  },
  {
    name: 'a build sees what the steps before it made of the workspace',
    context: { Dockerfile: 'FROM ACTOR_IMAGE\nCOPY made.txt /made.txt\n' },
    task: `
steps:
  - cmd: ACTOR write made.txt "made by a step"
  - id: build
    build: -t slipway-scenario/made:{{.Run.ID}} .
  - cmd: slipway-scenario/made:{{.Run.ID}} sh /actor.sh read /made.txt`,
    status: 'Succeeded',
    steps: { acb_step_0: 'succeeded', build: 'succeeded', acb_step_2: 'succeeded' },
    log: ['made by a step'],
  },
  {
    name: 'a build that fails ends the run at its instruction',
    context: { Dockerfile: 'FROM ACTOR_IMAGE\nRUN exit 6\n' },
    task: `
steps:
  - id: build
    build: .
  - cmd: ACTOR print never`,
    status: 'Failed',
    steps: { build: { status: 'failed', exitCode: 6 }, acb_step_1: 'skipped' },
    error: 'build.failed',
  },
  {
    name: 'keep does not outlive the run',
    task: `
steps:
  - keep: true
    cmd: ACTOR print kept`,
    status: 'Succeeded',
    steps: { acb_step_0: 'succeeded' },
    log: ['kept'],
  },
  {
    name: 'a command that is not in the image fails as docker says',
    task: `
steps:
  - id: gone
    entryPoint: /no/such/program
    cmd: ACTOR`,
    status: 'Failed',
    steps: { gone: { status: 'failed', exitCode: 127 } },
    error: 'container.startFailed',
  },
  {
    name: 'own networks: the default one is everybody’s, another has its own members',
    task: `
networks:
  - name: inner
  - name: outer
    isDefault: true
steps:
  - id: web
    detach: true
    cmd: ACTOR stay
  - id: hidden
    detach: true
    network: inner
    cmd: ACTOR stay
  - id: finds
    cmd: ACTOR reach web print found
  - id: does-not
    ignoreErrors: true
    cmd: ACTOR reach hidden`,
    status: 'Succeeded',
    steps: {
      web: 'succeeded',
      hidden: 'succeeded',
      finds: 'succeeded',
      'does-not': { status: 'succeeded', errorIgnored: true, exitCode: 1 },
    },
    log: ['found'],
  },
];

export const scenarios: readonly Scenario[] = [...orderScenarios, ...worldScenarios];
