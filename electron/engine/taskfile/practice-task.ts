import type { TaskTextInputs } from './load-steps.ts';

const service = (name: string) => `  - id: ${name}-build
    build: -t app/${name}:{{.Run.ID | lower}} -f ${name}/Dockerfile ${name}
    when: ["-"]
  - id: ${name}-test
    cmd: app/${name}:$ID sh -c 'make test {{ .Run.Date | trunc 8 }}'
    env: ["NAME=${name}", "ID=$ID"]
    when: [${name}-build]
  - id: ${name}-push
    push: ["app/${name}:{{.Run.ID | lower}}"]
    when: [${name}-test]
`;

/** A task that nobody runs: the kinds of step that most files have, often enough that the code for them is compiled to run fast. */
export const practiceTask: TaskTextInputs = {
  name: 'practice.yaml',
  text: `version: v1.1.0\nsteps:\n${Array.from({ length: 100 }, (_, index) => service(`service-${index}`)).join('')}`,
  set: new Map(),
  run: {
    ID: 'ca1',
    SharedVolume: 'acb_vol_ca1',
    Registry: '',
    RegistryName: '',
    Date: '20240309-080706z',
    OS: 'linux',
    OSVersion: '',
    Architecture: 'amd64',
    Commit: '',
    Branch: '',
    Repository: '',
    GitTag: '',
    TriggeredBy: '',
    TaskName: '',
  },
  now: 0,
  strict: false,
  os: 'linux',
};
