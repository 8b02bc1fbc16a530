/** Scenarios of a command's world: its image, files, variables, secrets, user (spec: task-yaml 6, 8). */
import type { Scenario } from './scenario-testing.ts';

const hello = { 'hello.txt': 'hello from the context\n' };

export const worldScenarios: readonly Scenario[] = [
  {
    name: 'the step’s environment comes before the task’s; HOME is shared and can be overridden',
    task: `
env: ["A=task", "B=task,C=also"]
steps:
  - id: a
    env: ["A=step", "D=x=y z", "E=1,2"]
    cmd: ACTOR env A env B env C env D env E env HOME write /acb/home/note kept
  - id: b
    env: ["HOME=/elsewhere"]
    cmd: ACTOR env HOME read /acb/home/note`,
    status: 'Succeeded',
    steps: { a: 'succeeded', b: 'succeeded' },
    log: ['A=step', 'B=task', 'C=also', 'D=x=y z', 'E=1,2', 'HOME=/acb/home', 'HOME=/elsewhere', 'kept'],
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
    request: {
      // Of one name the last counts.
      values: [
        { name: 'name', value: 'quarry' },
        { name: 'name', value: 'harbour' },
      ],
    },
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
    name: 'a secret volume is at as many paths as it is mounted at, and may be written to',
    task: `
volumes:
  - name: notes
    secret: { note.txt: ${Buffer.from('a note').toString('base64')} }
  - name: more
    secret: { note.txt: ${Buffer.from('another').toString('base64')} }
steps:
  - volumeMounts: [{ name: notes, mountPath: /a }, { name: notes, mountPath: /b }, { name: more, mountPath: /c }]
    cmd: ACTOR write /a/made.txt made read /b/made.txt read /c/note.txt print -end
  - volumeMounts: [{ name: notes, mountPath: /d }]
    cmd: ACTOR read /d/made.txt`,
    status: 'Succeeded',
    steps: { acb_step_0: 'succeeded', acb_step_1: 'succeeded' },
    log: ['made', '***-end', 'made'],
    notInLog: ['another'],
  },
  {
    name: 'a task without files is of the version that has aliases',
    task: `
steps:
  - cmd: ACTOR print on-$OS`,
    status: 'Succeeded',
    steps: { acb_step_0: 'succeeded' },
    log: ['on-linux'],
  },
  {
    name: 'one with files that names no version is of the first, which has none',
    context: hello,
    task: `
steps:
  - cmd: ACTOR print on-$OS-`,
    status: 'Succeeded',
    steps: { acb_step_0: 'succeeded' },
    log: ['on--'],
  },
  {
    name: 'processors are as many as the step may have',
    task: `
steps:
  - id: half
    cpus: 0.5
    cmd: ACTOR print ran
  - id: all
    cmd: ACTOR print ran`,
    status: 'Succeeded',
    steps: { half: 'succeeded', all: 'succeeded' },
    asked: {
      containers: { half: { HostConfig: { NanoCpus: 500_000_000 } }, all: { HostConfig: { NanoCpus: undefined } } },
    },
  },
  {
    name: 'isolation is Windows’ own: elsewhere there is the default, and the engine refuses every other',
    task: `
steps:
  - isolation: default
    cmd: ACTOR print ran
  - id: refused
    isolation: hyperv
    cmd: ACTOR print never`,
    status: 'Failed',
    steps: { acb_step_0: 'succeeded', refused: 'failed' },
    error: 'container.invalid',
    log: ['ran'],
    notInLog: ['never'],
  },
];
