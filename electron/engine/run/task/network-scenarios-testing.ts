/** Scenarios of services and networks (spec: task-yaml 9). */
import type { Scenario } from './scenario-testing.ts';

export const networkScenarios: readonly Scenario[] = [
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
  {
    name: 'of several default networks the last is',
    task: `
networks:
  - { name: one, isDefault: true }
  - { name: two, isDefault: true }
steps:
  - id: web
    detach: true
    cmd: ACTOR stay
  - id: finds
    network: two
    cmd: ACTOR reach web print found
  - id: does-not
    network: one
    ignoreErrors: true
    cmd: ACTOR reach web`,
    status: 'Succeeded',
    steps: {
      web: 'succeeded',
      finds: 'succeeded',
      'does-not': { status: 'succeeded', errorIgnored: true, exitCode: 1 },
    },
    log: [
      "Creating Docker network: one, driver: 'bridge'",
      'Successfully set up Docker network: one',
      "Creating Docker network: two, driver: 'bridge'",
      'found',
    ],
  },
  {
    name: 'networks of which none is the default leave the others where nobody has a name',
    task: `
networks: [{ name: own }]
steps:
  - id: web
    detach: true
    cmd: ACTOR stay
  - id: does-not
    ignoreErrors: true
    cmd: ACTOR reach web`,
    status: 'Succeeded',
    steps: { web: 'succeeded', 'does-not': { status: 'succeeded', errorIgnored: true, exitCode: 1 } },
    asked: { containers: { web: { HostConfig: { NetworkMode: 'default' } } } },
  },
  {
    name: 'a network that is there already is neither made nor removed',
    task: `
networks: [{ name: bridge, skipCreation: true, isDefault: true }]
steps:
  - cmd: ACTOR print "on it"`,
    status: 'Succeeded',
    steps: { acb_step_0: 'succeeded' },
    log: ['Skip creating network: bridge', 'on it'],
    notInLog: ['Creating Docker network'],
  },
  {
    name: 'docker’s own networks have no names of steps; that of the machine needs a word',
    task: `
steps:
  - id: none
    network: none
    cmd: ACTOR print alone
  - id: default
    network: default
    cmd: ACTOR print "by default"
  - id: host
    network: host
    cmd: ACTOR print "with the machine"`,
    request: { allow: ['hostNetwork'] },
    status: 'Succeeded',
    steps: { none: 'succeeded', default: 'succeeded', host: 'succeeded' },
    asked: {
      containers: {
        none: { HostConfig: { NetworkMode: 'none' }, NetworkingConfig: undefined },
        default: { HostConfig: { NetworkMode: 'default' }, NetworkingConfig: undefined },
        host: { HostConfig: { NetworkMode: 'host' }, NetworkingConfig: undefined },
      },
    },
  },
  {
    name: 'ports are opened, and others told of',
    task: `
steps:
  - id: web
    detach: true
    ports: ["127.0.0.1::8080"]
    expose: ["9090"]
    cmd: ACTOR stay
  - cmd: ACTOR reach web`,
    status: 'Succeeded',
    steps: { web: 'succeeded', acb_step_1: 'succeeded' },
    asked: {
      containers: {
        web: {
          ExposedPorts: { '8080/tcp': {}, '9090/tcp': {} },
          HostConfig: { PortBindings: { '8080/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] } },
        },
      },
    },
  },
];
