/** Where screens are. Written here and nowhere else. */
export const paths = {
  home: '/',
  /** Quick build; with the path of a folder or a Dockerfile, filled in. */
  build: (path?: string) => (path === undefined ? '/build' : `/build?context=${encodeURIComponent(path)}`),
  /** Quick build's choice of a source, with this address to be edited. */
  otherSource: (address: string) => `/build?from=${encodeURIComponent(address)}`,
  runs: '/runs',
  run: (runId: string) => `/runs/${encodeURIComponent(runId)}`,
  /** Quick build filled in from an earlier run, to change something and run it again. */
  rerun: (runId: string) => `/build?rerun=${encodeURIComponent(runId)}`,
  /** Tasks; with the path of a task file, or of a folder that has one, what it will do. */
  task: (path?: string) => (path === undefined ? '/task' : `/task?path=${encodeURIComponent(path)}`),
  /** A task of one command. */
  taskCommand: '/task?command',
  /** One of the tasks that come with the app. */
  taskSample: (id: string) => `/task?sample=${encodeURIComponent(id)}`,
  /** Tasks filled in from an earlier run of one. */
  taskRerun: (runId: string) => `/task?rerun=${encodeURIComponent(runId)}`,
  registries: '/registries',
  /** Registries with the sign-in form open for this host. */
  signIn: (host: string) => `/registries?signIn=${encodeURIComponent(host)}`,
  /** What is in a registry: its repositories, a repository's tags, or what is behind a tag or a digest. */
  browse: (host: string, repository?: string, reference?: string) =>
    `/registries?${new URLSearchParams({
      browse: host,
      ...(repository === undefined ? {} : { repository }),
      ...(reference === undefined ? {} : { reference }),
    }).toString()}`,
  /** Registries at the secret store. */
  vault: () => '/registries?vault=open',
  settings: (section?: SettingsSection) => (section === undefined ? '/settings' : `/settings?section=${section}`),
  /** Settings at the git hosts, with the form for a token of this place. */
  gitToken: (place: string) => `/settings?section=gitHosts&token=${encodeURIComponent(place)}`,
  engine: '/engine',
  /** The engines, with this one shown in full. */
  engineNamed: (name: string) => `/engine?name=${encodeURIComponent(name)}`,
} as const;

export type SettingsSection = 'look' | 'builds' | 'engine' | 'runs' | 'keyVault' | 'gitHosts';
