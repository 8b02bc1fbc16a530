/** Scenarios of order: what waits for what, and what a failure does to the rest (spec: task-yaml 5). */
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
    log: [
      'call 1',
      'call 2',
      'call 3',
      'last',
      'Step ID: a marked as successful (elapsed time in seconds: ',
      'Step ID: b marked as successful',
      'Step ID: c marked as successful',
    ],
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
    name: 'steps fan out from one, and come together',
    task: `
steps:
  - id: a
    cmd: ACTOR write /workspace/a x
  - id: b
    when: [a]
    cmd: ACTOR read /workspace/a write /workspace/b x await /workspace/c
  - id: c
    when: [a]
    cmd: ACTOR read /workspace/a write /workspace/c x await /workspace/b
  - id: d
    when: [b, c]
    cmd: ACTOR read /workspace/b read /workspace/c print joined`,
    status: 'Succeeded',
    steps: { a: 'succeeded', b: 'succeeded', c: 'succeeded', d: 'succeeded' },
    log: ['joined'],
  },
  {
    name: 'the same step twice in when counts once; the root is the beginning',
    task: `
steps:
  - id: a
    cmd: ACTOR await /workspace/root
  - id: root
    when: [acb_root]
    cmd: ACTOR write /workspace/root x
  - id: twice
    when: [a, a]
    cmd: ACTOR print twice`,
    status: 'Succeeded',
    steps: { a: 'succeeded', root: 'succeeded', twice: 'succeeded' },
    log: ['twice'],
  },
  {
    name: 'what exits otherwise than exitedWith says fails as ever: it is of no effect',
    task: `
steps:
  - id: fails
    exitedWith: [3]
    exitedWithout: [1]
    cmd: ACTOR exit 3`,
    status: 'Failed',
    steps: { fails: { status: 'failed', exitCode: 3 } },
    error: 'step.failed',
  },
  {
    name: 'a detached container that ends badly fails nothing',
    task: `
steps:
  - id: service
    detach: true
    cmd: ACTOR write /workspace/gone x exit 3
  - id: next
    cmd: ACTOR await /workspace/gone print next`,
    status: 'Succeeded',
    steps: { service: 'succeeded', next: 'succeeded' },
    log: ['next'],
  },
];
