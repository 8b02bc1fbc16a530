/**
 * Whole runs as a table: a task file, and what must come of it (spec: task-yaml 5 to 9). The same table is run on real engines
 * and on the strict fake. Commands are acts of {@link actorScript}, so that the fake can play them too.
 */
import type { RunStatus, StepStatus } from '@shared/model/run.ts';
import type { QuickRunInput } from '@shared/model/quick-run.ts';

/** Plays its arguments as acts, each with the words that it needs; part of the image that scenarios run in. */
export const actorScript = `
while [ $# -gt 0 ]; do
  act=$1; shift
  case $act in
    print) echo "$1"; shift ;;
    complain) echo "$1" >&2; shift ;;
    write) mkdir -p "$(dirname "$1")"; echo "$2" > "$1"; shift 2 ;;
    read) cat "$1" || exit 1; shift ;;
    await) until [ -e "$1" ]; do sleep 0.05; done; shift ;;
    env) eval "echo \\"$1=\\$$1\\""; shift ;;
    folder) pwd ;;
    user) id -u ;;
    reach) ping -c 1 -W 5 "$1" > /dev/null || exit 1; shift ;;
    count) n=$(cat "$1" 2>/dev/null || echo 0); n=$((n + 1)); echo $n > "$1"; echo "call $n"; shift ;;
    until) [ "$(cat "$1")" -ge "$2" ] || exit 9; shift 2 ;;
    stay) while :; do sleep 0.05; done ;;
    stubborn) trap '' TERM ;;
    exit) exit "$1" ;;
    *) echo "no act: $act" >&2; exit 99 ;;
  esac
done
`;

/** What a step must have become. */
export interface ExpectedStep {
  readonly status: StepStatus;
  readonly exitCode?: number;
  /** How often it was launched, when more than once. */
  readonly attempts?: number;
  readonly errorIgnored?: boolean;
}

export interface Scenario {
  readonly name: string;
  /** `ACTOR` stands for the image and the script: `cmd: ACTOR print hello exit 3`. */
  readonly task: string;
  /** Files of the context; absent: none. `ACTOR_IMAGE` in them stands for the image. */
  readonly context?: Readonly<Record<string, string>>;
  readonly request?: Partial<QuickRunInput>;
  readonly status: RunStatus;
  /** By id; the status alone where nothing else is to be said. */
  readonly steps: Readonly<Record<string, StepStatus | ExpectedStep>>;
  /** Lines that the log must hold, in this order. */
  readonly log?: readonly string[];
  /** Lines that it must not hold. */
  readonly notInLog?: readonly string[];
  /** The run is canceled when this line is in the log. */
  readonly cancelAt?: string;
  /** Code of the run's error. */
  readonly error?: string;
}

const hello = { 'hello.txt': 'hello from the context\n' };

export const scenarios: readonly Scenario[] = [
  {
    name: 'no steps: nothing to do, and that is well',
    task: 'version: v1.1.0\nsteps: []',
    status: 'Succeeded',
    steps: {},
  },
  {
    name: 'steps follow each other',
    task: `
steps:
  - id: a
    cmd: ACTOR count /workspace/n
  - id: b
    cmd: ACTOR count /workspace/n
  - id: c
    cmd: ACTOR count /workspace/n print last`,
    status: 'Succeeded',
    steps: { a: 'succeeded', b: 'succeeded', c: 'succeeded' },
    log: ['call 1', 'call 2', 'call 3', 'last'],
  },
  {
    name: 'steps that start at once run side by side, each waiting for the other',
    task: `
steps:
  - id: a
    when: ["-"]
    cmd: ACTOR write /workspace/a x await /workspace/b
  - id: b
    when: ["-"]
    cmd: ACTOR write /workspace/b x await /workspace/a
  - id: c
    when: [a, b]
    cmd: ACTOR print joined`,
    status: 'Succeeded',
    steps: { a: 'succeeded', b: 'succeeded', c: 'succeeded' },
    log: ['joined'],
  },
  {
    name: 'a step without when waits for the one above it, and for no other',
    task: `
steps:
  - id: slow
    when: ["-"]
    cmd: ACTOR await /workspace/third
  - id: quick
    when: ["-"]
    cmd: ACTOR print quick
  - id: third
    cmd: ACTOR write /workspace/third x`,
    status: 'Succeeded',
    steps: { slow: 'succeeded', quick: 'succeeded', third: 'succeeded' },
  },
  {
    name: 'a failed step stops what runs beside it; what depends on it is never started',
    task: `
steps:
  - id: stays
    when: ["-"]
    cmd: ACTOR write /workspace/there x stay
  - id: fails
    when: ["-"]
    cmd: ACTOR await /workspace/there print now exit 3
  - id: never
    when: [fails]
    cmd: ACTOR print never
  - id: neither
    when: [stays]
    cmd: ACTOR print neither`,
    status: 'Failed',
    steps: {
      stays: 'canceled',
      fails: { status: 'failed', exitCode: 3 },
      never: 'skipped',
      neither: 'skipped',
    },
    error: 'step.failed',
    log: ['now', 'failed to run step ID: fails: exit status 3'],
    notInLog: ['never', 'neither', 'marked as successful'],
  },
  {
    name: 'an ignored error counts as success',
    task: `
steps:
  - id: fails
    ignoreErrors: true
    cmd: ACTOR exit 5
  - id: next
    cmd: ACTOR print next`,
    status: 'Succeeded',
    steps: { fails: { status: 'succeeded', exitCode: 5, errorIgnored: true }, next: 'succeeded' },
    log: ['Step ID: fails encountered an error: exit status 5, but is set to ignore errors. Continuing...', 'next'],
  },
  {
    name: 'retries go on until one succeeds',
    task: `
steps:
  - id: flaky
    retries: 4
    retryDelay: 1
    cmd: ACTOR count /workspace/n until /workspace/n 3`,
    status: 'Succeeded',
    steps: { flaky: { status: 'succeeded', attempts: 3 } },
    log: [
      'call 1',
      'Container failed during run: flaky, waiting 1 seconds before retrying...',
      'call 2',
      'call 3',
      'Successfully executed container: flaky',
    ],
    notInLog: ['call 4'],
  },
  {
    name: 'retries that are used up leave the step failed',
    task: `
steps:
  - id: fails
    retries: 1
    retryDelay: 1
    cmd: ACTOR count /workspace/n exit 4`,
    status: 'Failed',
    steps: { fails: { status: 'failed', exitCode: 4, attempts: 2 } },
    log: ['call 1', 'call 2', 'Container failed during run: fails. No retries remaining.'],
    notInLog: ['call 3'],
  },
  {
    name: 'an error that is not among retryOnErrors is not tried again',
    task: `
steps:
  - id: fails
    retries: 3
    retryDelay: 1
    retryOnErrors: ["connection reset"]
    cmd: ACTOR count /workspace/n complain "no such host" exit 1`,
    status: 'Failed',
    steps: { fails: { status: 'failed', exitCode: 1 } },
    notInLog: ['call 2'],
  },
  {
    name: 'one that is, is',
    task: `
steps:
  - id: flaky
    retries: 3
    retryDelay: 1
    retryOnErrors: ["connection reset"]
    cmd: ACTOR count /workspace/n complain "read - connection reset by peer" until /workspace/n 2`,
    status: 'Succeeded',
    steps: { flaky: { status: 'succeeded', attempts: 2 } },
    log: ['call 1', 'call 2'],
  },
  {
    name: 'repeat runs every round, also behind one that failed',
    task: `
steps:
  - id: rounds
    repeat: 2
    cmd: ACTOR count /workspace/n until /workspace/n 2`,
    status: 'Failed',
    steps: { rounds: { status: 'failed', exitCode: 9, attempts: 3 } },
    log: ['call 1', 'call 2', 'call 3'],
  },
  {
    name: 'a step that takes too long is stopped, also one that ignores SIGTERM',
    task: `
steps:
  - id: stays
    timeout: 1
    cmd: ACTOR stubborn print here stay
  - id: never
    cmd: ACTOR print never`,
    status: 'Failed',
    steps: { stays: 'timedout', never: 'skipped' },
    error: 'run.timeout',
    log: ['here', 'failed to run step ID: stays: context deadline exceeded'],
  },
  {
    name: 'the run’s own limit stops all steps',
    task: `
steps:
  - id: stays
    cmd: ACTOR stay`,
    request: { timeoutSeconds: 2 },
    status: 'Timeout',
    steps: { stays: 'timedout' },
    error: 'run.timeout',
  },
  {
    name: 'a cancel stops what runs; what had not begun is skipped',
    task: `
steps:
  - id: stays
    cmd: ACTOR stubborn print here stay
  - id: never
    cmd: ACTOR print never`,
    cancelAt: 'here',
    status: 'Canceled',
    steps: { stays: 'canceled', never: 'skipped' },
    error: 'run.canceled',
  },
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
