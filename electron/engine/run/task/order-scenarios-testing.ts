/** Scenarios of steps: their order, failures, attempts, limits and ends. */
import type { Scenario } from './scenario-testing.ts';

export const orderScenarios: readonly Scenario[] = [
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
];
