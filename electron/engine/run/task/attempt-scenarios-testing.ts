/** Scenarios of time: attempts, rounds, limits, ends (spec: task-yaml 6.5). */
import type { Scenario } from './scenario-testing.ts';

export const attemptScenarios: readonly Scenario[] = [
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
    name: 'retryOnErrors is looked for in both streams',
    task: `
steps:
  - id: flaky
    retries: 3
    retryDelay: 1
    retryOnErrors: ["no such thing", "503"]
    cmd: ACTOR count /workspace/n print "HTTP 503 busy" until /workspace/n 2`,
    status: 'Succeeded',
    steps: { flaky: { status: 'succeeded', attempts: 2 } },
    log: ['call 1', 'call 2'],
  },
  {
    name: 'repeat runs further rounds after success, each with its retries',
    task: `
steps:
  - id: rounds
    repeat: 1
    retries: 1
    retryDelay: 1
    cmd: ACTOR count /workspace/n until /workspace/n 2`,
    status: 'Succeeded',
    steps: { rounds: { status: 'succeeded', attempts: 3 } },
    log: [
      'call 1',
      'Container failed during run: rounds, waiting 1 seconds before retrying...',
      'call 2',
      'Successfully executed container: rounds',
      'call 3',
      'Successfully executed container: rounds',
    ],
    notInLog: ['call 4'],
  },
  {
    name: 'rounds of a container that is kept are in nobody’s way',
    task: `
steps:
  - id: rounds
    keep: true
    repeat: 1
    cmd: ACTOR count /workspace/n`,
    status: 'Succeeded',
    steps: { rounds: { status: 'succeeded', attempts: 2 } },
    log: ['call 1', 'call 2'],
  },
  {
    name: 'the limit is one for all attempts and rounds; none is launched behind it',
    task: `
steps:
  - id: rounds
    timeout: 1
    repeat: 5
    retries: 5
    cmd: ACTOR count /workspace/n stay`,
    status: 'Failed',
    steps: { rounds: 'timedout' },
    error: 'run.timeout',
    notInLog: ['call 2'],
  },
  {
    name: 'a step without a limit of its own has that of the task',
    task: `
stepTimeout: 1
steps:
  - id: has-its-own
    timeout: 300
    cmd: ACTOR print first
  - id: stays
    timeout: -1
    cmd: ACTOR stay`,
    status: 'Failed',
    steps: { 'has-its-own': 'succeeded', stays: 'timedout' },
    error: 'run.timeout',
    log: ['Timeout(sec): 300', 'Timeout(sec): 1'],
  },
  {
    name: 'that it took too long can be ignored like any other failure',
    task: `
steps:
  - id: stays
    timeout: 1
    ignoreErrors: true
    cmd: ACTOR stay
  - id: next
    cmd: ACTOR print next`,
    status: 'Succeeded',
    steps: { stays: { status: 'succeeded', errorIgnored: true }, next: 'succeeded' },
    log: [
      'Step ID: stays encountered an error: context deadline exceeded, but is set to ignore errors. Continuing...',
      'next',
    ],
  },
  {
    name: 'a step waits for its start before it is launched',
    task: `
steps:
  - id: late
    startDelay: 1
    cmd: ACTOR print late`,
    status: 'Succeeded',
    steps: { late: 'succeeded' },
    log: ['Waiting 1 seconds before executing step ID: late', 'Launching container with name: late', 'late'],
  },
  {
    name: 'a cancel ends the wait between two attempts',
    task: `
steps:
  - id: fails
    retries: 3
    retryDelay: 3600
    timeout: 28800
    cmd: ACTOR count /workspace/n exit 1`,
    request: { timeoutSeconds: 28800 },
    cancelAt: 'Container failed during run: fails, waiting 3600 seconds before retrying...',
    status: 'Canceled',
    steps: { fails: 'canceled' },
    error: 'run.canceled',
    notInLog: ['call 2'],
  },
  {
    name: 'a step waits before it starts, and says so',
    task: `
steps:
  - id: late
    startDelay: 1
    cmd: ACTOR print late`,
    status: 'Succeeded',
    steps: { late: 'succeeded' },
    log: ['Waiting 1 seconds before executing step ID: late', 'Launching container with name: late', 'late'],
  },
  {
    name: 'an image that is to be pulled is, before the step',
    task: `
steps:
  - id: pulls
    pull: true
    cmd: ACTOR print pulled`,
    status: 'Succeeded',
    steps: { pulls: 'succeeded' },
    log: ['Step specified pull. Performing an explicit pull...', 'Launching container with name: pulls', 'pulled'],
  },
  {
    name: 'where that fails nothing is launched, and the step has failed',
    task: `
steps:
  - id: pulls
    pull: true
    cmdDownloadRetries: 1
    cmd: ACTOR_IMAGE-gone sh /actor.sh print never
  - id: never
    cmd: ACTOR print never`,
    status: 'Failed',
    steps: { pulls: 'failed', never: 'skipped' },
    error: 'image.notFound',
    notInLog: ['Launching container'],
  },
];
