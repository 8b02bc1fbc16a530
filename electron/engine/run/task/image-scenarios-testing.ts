/** Scenarios of builds and pushes (spec: task-yaml 7). */
import type { Scenario } from './scenario-testing.ts';

const hello = { 'hello.txt': 'hello from the context\n' };

export const imageScenarios: readonly Scenario[] = [
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
    name: 'a Dockerfile and its context are looked for from the working directory of the step',
    context: {
      'app/docker/web.Dockerfile': 'FROM ACTOR_IMAGE\nCOPY hello.txt /hello.txt\n',
      'app/site/hello.txt': 'hello from the site\n',
    },
    task: `
workingDirectory: app
steps:
  - id: build
    build: -t slipway-scenario/site:{{.Run.ID}} -f docker/web.Dockerfile site
  - cmd: slipway-scenario/site:{{.Run.ID}} sh /actor.sh read /hello.txt folder`,
    status: 'Succeeded',
    steps: { build: 'succeeded', acb_step_1: 'succeeded' },
    log: ['hello from the site', '/workspace/app'],
  },
  {
    name: 'a build ends at its target, with arguments of the step and of its environment',
    context: {
      Dockerfile: [
        'FROM ACTOR_IMAGE AS first',
        'ARG ONE',
        'ARG TWO',
        'COPY ${ONE} /one.txt',
        'COPY ${TWO} /two.txt',
        'FROM first AS second',
        'RUN exit 7',
        '',
      ].join('\n'),
      'a.txt': 'from the environment\n',
      'b.txt': 'from the text\n',
    },
    task: `
steps:
  - id: build
    env: ["ONE=a.txt"]
    build: --build-arg ONE --build-arg "TWO=b.txt" --target first -t slipway-scenario/first:{{.Run.ID}} .
  - cmd: slipway-scenario/first:{{.Run.ID}} sh /actor.sh read /one.txt read /two.txt`,
    status: 'Succeeded',
    steps: { build: 'succeeded', acb_step_1: 'succeeded' },
    log: ['from the environment', 'from the text'],
  },
  {
    name: 'a step that says so has its image of the builder before BuildKit',
    context: { Dockerfile: 'FROM ACTOR_IMAGE\nCOPY hello.txt /hello.txt\n', ...hello },
    task: `
steps:
  - id: build
    env: ["DOCKER_BUILDKIT=0"]
    build: -t slipway-scenario/classic:{{.Run.ID}} .
  - cmd: slipway-scenario/classic:{{.Run.ID}} sh /actor.sh read /hello.txt`,
    status: 'Succeeded',
    steps: { build: 'succeeded', acb_step_1: 'succeeded' },
    log: ['hello from the context'],
    asked: { builds: [{ classic: true }] },
  },
  {
    name: 'a cache in the registry is ACR’s: nothing is written, and the step is built',
    context: { Dockerfile: 'FROM ACTOR_IMAGE\n' },
    task: `
steps:
  - id: build
    cache: Enabled
    build: -t slipway-scenario/cached:{{.Run.ID}} .`,
    status: 'Succeeded',
    steps: { build: 'succeeded' },
    asked: { builds: [{ cacheFrom: [], cacheTo: [] }] },
  },
  {
    name: 'a build is tried again, and its failure may be ignored',
    context: { Dockerfile: 'FROM ACTOR_IMAGE\nRUN exit 6\n' },
    task: `
steps:
  - id: build
    retries: 1
    retryDelay: 1
    ignoreErrors: true
    build: .
  - cmd: ACTOR print next`,
    status: 'Succeeded',
    steps: { build: { status: 'succeeded', exitCode: 6, attempts: 2, errorIgnored: true }, acb_step_1: 'succeeded' },
    log: ['next'],
  },
  {
    name: 'a build that takes too long is stopped',
    context: { Dockerfile: 'FROM ACTOR_IMAGE\nRUN sleep 600\n' },
    task: `
steps:
  - id: build
    timeout: 1
    build: .`,
    status: 'Failed',
    steps: { build: 'timedout' },
    error: 'run.timeout',
  },
  {
    name: 'an image is pushed under its full names, and pulled again',
    context: { Dockerfile: 'FROM ACTOR_IMAGE\nCOPY hello.txt /hello.txt\n', ...hello },
    task: `
steps:
  - build: -t ACTOR_HOST/scenario/pushed:{{.Run.ID}} .
  - id: push
    push: ["ACTOR_HOST/scenario/pushed:{{.Run.ID}}", "ACTOR_HOST/scenario/pushed:{{.Run.ID}}"]
  - pull: true
    cmd: ACTOR_HOST/scenario/pushed:{{.Run.ID}} sh /actor.sh read /hello.txt`,
    status: 'Succeeded',
    steps: { acb_step_0: 'succeeded', push: 'succeeded', acb_step_2: 'succeeded' },
    log: ['Pushing image: ACTOR_HOST/scenario/pushed:', 'Successfully pushed image', 'hello from the context'],
  },
  {
    name: 'what nobody built can’t be pushed, which may be ignored',
    task: `
steps:
  - id: ignored
    ignoreErrors: true
    push: ["ACTOR_HOST/scenario/never-built:1"]
  - id: push
    push: ["ACTOR_HOST/scenario/never-built:1"]
  - cmd: ACTOR print never`,
    status: 'Failed',
    steps: { ignored: { status: 'succeeded', errorIgnored: true }, push: 'failed', acb_step_2: 'skipped' },
    error: 'image.notFound',
  },
];
