// A task of five hundred steps, as one that releases a hundred services together would be.

/** How many services are released at a time; what comes next waits for all of them. */
const perWave = 8;
const waves = 12;

/** A step of the file, and what it waits for. */
interface LargeStep {
  readonly id: string;
  /** Its line in the file, `cmd`, `build` or `push`. */
  readonly does: string;
  readonly needs: readonly string[];
}

/** Preparation, then twelve waves of services: each is checked at once, and built, tested, packed and pushed when its turn has come. */
export function largeTaskSteps(): readonly LargeStep[] {
  const steps: LargeStep[] = [];
  const add = (id: string, does: string, ...needs: readonly string[]) => {
    steps.push({ id, does, needs });
    return id;
  };
  const fetch = add('fetch', `cmd: bash -c 'make fetch'`);
  const bases = ['go', 'node', 'python'].map((name) =>
    add(`base-${name}`, `build: -t base/${name}:{{.Run.ID | lower}} -f base/${name}.Dockerfile .`, fetch),
  );
  const tools = add('tools', `build: -t tools:{{.Run.ID}} tools`, fetch);
  const chart = add('chart', `cmd: tools:{{.Run.ID}} helm package charts/harbour`, tools);
  let gate = add('ready', `cmd: bash -c 'echo ready'`, ...bases, chart);
  for (let wave = 0; wave < waves; wave++) {
    const pushed = Array.from({ length: perWave }, (_, index) => {
      const name = `service-${wave * perWave + index + 1}`;
      const image = `quay.example/harbour/${name}:{{.Run.ID | lower}}`;
      const lint = add(`${name}-lint`, `cmd: bash -c 'make -C services/${name} lint'`);
      const build = add(`${name}-build`, `build: -t ${image} services/${name}`, gate);
      const test = add(`${name}-test`, `cmd: ${image} make test JOBS=${index + 1} ID=$ID`, build);
      const pack = add(
        `${name}-pack`,
        `cmd: bash -c 'make -C services/${name} pack {{ .Run.Date | trunc 8 }}'`,
        test,
        lint,
      );
      return add(`${name}-push`, `push: ["${image}"]`, pack);
    });
    gate = add(`wave-${wave + 1}`, `cmd: bash -c 'make smoke WAVE=${wave + 1}'`, ...pushed);
  }
  add('notify', `cmd: bash -c 'make notify'`, gate);
  return steps;
}

/** The file. */
export function largeTask(): string {
  const steps = largeTaskSteps().map(({ id, does, needs }) => {
    const when = `[${needs.length === 0 ? '"-"' : needs.join(', ')}]`;
    const env = does.startsWith('cmd') ? `    env: ["STEP=${id}", "ID=$ID"]\n` : '';
    return `  - id: ${id}\n    ${does}\n    when: ${when}\n${env}`;
  });
  return `version: v1.1.0\nsteps:\n${steps.join('')}`;
}
