// Which way imports point. One row a folder; the first row that fits a file is its own. A test holds every file against it.

export interface ImportRule {
  /** The files that this row is about: a folder (`electron/git/`) or the beginning of a path. */
  files: string;
  /** What of the project it may import, beside what lies in the same folder. */
  project: readonly string[];
  /** npm packages; `*` is any. */
  packages: readonly string[];
  /** Node's own modules. */
  node: boolean;
  /** What to do instead, for those who run into it. */
  door: string;
}

const enginePorts = ['electron/engine/ports', 'electron/engine/journal'];
/** Small modules at the top of electron/ that anything in the runtime may use, and the version that we are. */
const common = [
  'electron/worker-entry',
  'electron/process-identity',
  'electron/home',
  'electron/address-kind',
  'package.json',
];
const anyRuntimeFolder = [
  'shared/',
  'electron/engine/',
  'electron/docker/',
  'electron/http/',
  'electron/registry/',
  'electron/azure/',
  'electron/git/',
  'electron/sources/',
  'electron/forges/',
  'electron/store/',
  'electron/triggers/',
  'electron/scheduler/',
  'electron/diagnostics/',
  ...common,
];

/** Tests, and what only they use (`x-testing.ts`, `test-x.ts`), may also import these. */
export const forTests = {
  project: [
    'scripts/parts/',
    'scripts/setup/',
    'scripts/run-ts',
    'shared/',
    'electron/engine/',
    'electron/store/',
    ...common,
  ],
  packages: ['vitest', 'fast-check', 'rolldown', '@testing-library/react', 'happy-dom'],
};

export const importRules: readonly ImportRule[] = [
  {
    files: 'shared/',
    project: [],
    packages: ['zod'],
    node: false,
    door: 'both sides run what is in shared/: take what you need as an argument, and let electron/ or renderer/ provide it',
  },
  {
    files: 'electron/engine/',
    project: ['shared/', ...common],
    packages: ['zod', 'dockerfile-ast', 'yaml', 're2js', 'tar-stream'],
    node: true,
    door: 'the engine asks the world through electron/engine/ports.ts; electron/runtime.ts hands it what implements them',
  },
  ...[
    {
      folder: 'docker',
      // What of a folder belongs to a build is the engine's to say; sending it is BuildKit's session.
      project: ['electron/engine/context/'],
      packages: ['dockerode', 'dockerfile-ast', '@bufbuild/protobuf', 'tar-stream', 'undici', 'ssh2'],
    },
    { folder: 'http', project: [], packages: ['undici'] },
    { folder: 'registry', project: ['electron/http/'], packages: ['undici'] },
    { folder: 'azure', project: ['electron/http/'], packages: ['undici'] },
    // What git-lfs fetches goes by guarded connections.
    { folder: 'git', project: ['electron/http/'], packages: [] },
    {
      folder: 'sources',
      // What is downloaded is unpacked where a context is; artifacts come from registries.
      project: ['electron/http/', 'electron/registry/', 'electron/engine/context/'],
      packages: ['undici', '@hpcc-js/wasm-zstd', 'xz-decompress'],
    },
    { folder: 'forges', project: [], packages: ['undici'] },
    { folder: 'store', project: [], packages: ['@photostructure/sqlite', '@napi-rs/keyring', 'conf'] },
  ].map(({ folder, project, packages }) => ({
    files: `electron/${folder}/`,
    project: ['shared/', ...enginePorts, ...common, ...project],
    packages: ['zod', ...packages],
    node: true,
    door: 'this folder wraps one thing of the world behind a port of electron/engine/ports.ts; electron/runtime.ts brings it together with others',
  })),
  ...['triggers', 'scheduler', 'diagnostics'].map((folder) => ({
    files: `electron/${folder}/`,
    project: ['shared/', 'electron/engine/', ...common],
    packages: ['zod'],
    node: true,
    door: 'use a port of electron/engine/ports.ts and let electron/runtime.ts hand it over',
  })),
  {
    files: 'electron/ipc/',
    project: [...anyRuntimeFolder, 'electron/runtime', 'electron/desktop/'],
    packages: ['electron', 'zod'],
    node: true,
    door: 'libraries are wrapped by the runtime’s folders',
  },
  {
    files: 'electron/desktop/',
    project: [...anyRuntimeFolder, 'electron/runtime', 'electron/ipc/'],
    packages: ['electron', 'electron-store', 'zod'],
    node: true,
    door: 'libraries are wrapped by the runtime’s folders',
  },
  {
    files: 'electron/main',
    project: [...anyRuntimeFolder, 'electron/'],
    packages: ['electron', 'zod'],
    node: true,
    door: 'main.ts only composes',
  },
  {
    files: 'electron/preload',
    project: ['shared/', 'electron/ipc/channels'],
    packages: ['electron'],
    node: false,
    door: 'the preload derives window.slipway from the contract and nothing else; the sandbox lets it require electron alone',
  },
  {
    files: 'electron/cli',
    project: [...anyRuntimeFolder, 'electron/runtime', 'electron/cli/'],
    packages: ['commander', 'i18next', 'zod'],
    node: true,
    door: 'the command line runs in plain Node: what it shares with the window belongs to electron/runtime.ts',
  },
  {
    // runtime.ts, worker-entry.ts and whatever else lies beside them
    files: 'electron/',
    project: [...anyRuntimeFolder, 'electron/runtime'],
    packages: ['zod'],
    node: true,
    door: 'nothing in the runtime imports Electron, ipc/ or desktop/: pass it in from main.ts',
  },
  {
    files: 'renderer/step-graph/',
    project: ['shared/', 'renderer/components/'],
    packages: ['*'],
    node: false,
    door: 'the graph knows no screen: a screen hands it what is to be drawn',
  },
  {
    files: 'renderer/',
    project: ['shared/'],
    packages: ['*'],
    node: false,
    door: 'the window reaches everything through window.slipway: add a query or a command to shared/contract/',
  },
  {
    files: 'e2e/',
    project: ['shared/', 'scripts/parts/'],
    packages: ['@playwright/test', 'playwright', '@axe-core/playwright', 'vitest', 'zod'],
    node: true,
    door: 'desktop tests reach the app through its window, its files and the command line alone',
  },
  {
    files: 'scripts/bench/',
    // And what of the window needs no page.
    project: ['scripts/', 'shared/', 'electron/', 'renderer/step-graph/graph-layout'],
    packages: ['*'],
    node: true,
    door: 'benchmarks measure what runs in Node',
  },
  {
    files: 'scripts/',
    project: ['shared/'],
    packages: ['*'],
    node: true,
    door: 'scripts and real parts know nothing of the product that they build and test',
  },
];

/** In the window, what belongs to Node; everywhere, what has one place. */
const nodeOnlyPackages = [
  'electron',
  'dockerode',
  'undici',
  'conf',
  'commander',
  'electron-store',
  'tar-stream',
  '@photostructure/sqlite',
  '@napi-rs/keyring',
];

/** What is wrong with an import, or nothing. `target` is a path in the project, a package's name, or `node:…`. */
export function complaint(
  file: string,
  target: { project: string } | { package: string } | { node: string },
): string | undefined {
  const rule = importRules.find(({ files }) => file.startsWith(files));
  if (rule === undefined) return `${file} is in no folder that scripts/import-rules.ts knows`;
  const test = /(\.test|-testing)\.tsx?$|\/test-[a-z-]+\.ts$/.test(file);
  const no = (what: string) => `${file} must not import ${what}: ${rule.door}`;
  if ('node' in target) return rule.node || test ? undefined : no(target.node);
  if ('package' in target) {
    if (test && forTests.packages.includes(target.package)) return undefined;
    const wildcard =
      rule.packages.includes('*') && !(file.startsWith('renderer/') && nodeOnlyPackages.includes(target.package));
    return wildcard || rule.packages.includes(target.package) ? undefined : no(target.package);
  }
  const allowed = [...rule.project, ...(test ? forTests.project : [])];
  const own = rule.files === 'electron/' ? isAtTop(target.project) : target.project.startsWith(rule.files);
  return own || allowed.some((beginning) => target.project.startsWith(beginning)) ? undefined : no(target.project);
}

/** `electron/x.ts`, in none of electron's folders. */
function isAtTop(file: string): boolean {
  return /^electron\/[^/]+$/.test(file);
}
