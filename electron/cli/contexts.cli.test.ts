// Every kind of place that source comes from (ACR: overview, the table of context locations), each as the context of a quick build, of
// a quick run, and of a step in a task.
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { makeRepository } from '../../scripts/parts/git-repository.ts';
import { type GitServer, startGitServer } from '../../scripts/parts/git-server.ts';
import { tar } from '../../scripts/parts/tar.ts';
import { startServer } from '../http/server-testing.ts';
import { pushArtifact } from '../sources/artifact-testing.ts';
import { type CommandLine, commandLine } from './cli-testing.ts';

const parts = inject('parts');
const image = parts.busybox.open;
const [engine] = parts.engines;
const { open } = parts.registries;

/** The same everywhere, but for the word that tells the places apart. */
const filesWith = (word: string): Readonly<Record<string, string>> => ({
  Dockerfile: `FROM ${image}\nCOPY word /\nRUN echo "built $(cat /word)"\n`,
  'run.yaml': `version: v1.1.0\nsteps:\n  - cmd: ${image} sh -c 'echo "ran $(cat word)"'\n`,
  word,
});
const inFolder = (files: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(files).map(([name, content]) => [`myfolder/${name}`, content]));
const listed = (files: Readonly<Record<string, string>>) =>
  Object.entries(files).map(([name, content]) => ({ name, content }));

let slipway: CommandLine;
let git: GitServer;
let web: Awaited<ReturnType<typeof startServer>>;
let commits: { readonly main: string; readonly branch: string };
let local: string;
let artifact: { readonly reference: string; readonly digest: string };

beforeAll(async () => {
  slipway = await commandLine({ DOCKER_HOST: engine.host, SLIPWAY_PASSPHRASE: 'a passphrase for tests' });
  local = await slipway.folder('myapp', filesWith('of this machine'));

  git = await startGitServer(path.join(slipway.work, 'server'));
  const repository = await makeRepository(path.join(git.repositories, 'myapp-repo.git'));
  const main = await repository.commit('main', filesWith('of main'));
  const branch = await repository.commit(
    'mybranch',
    { ...filesWith('of mybranch'), ...inFolder(filesWith('of myfolder')) },
    { onto: main },
  );
  const request = await repository.commit('proposed', filesWith('of the pull request'), { onto: main });
  await repository.ref('refs/pull/12/head', request);
  await repository.ref('refs/tags/v1', main);
  commits = { main, branch };

  const packed = gzipSync(tar(listed(filesWith('of the tarball'))));
  web = await startServer((request, response) => {
    if (request.url === '/myapp.tar.gz') response.end(packed);
    else response.writeHead(404).end();
  });

  const name = `contexts/${process.pid}`;
  const layers = listed(filesWith('of the artifact')).map(({ name: title, content }) => ({ title, content }));
  const { digest } = await pushArtifact(open, name, 'mytag', layers);
  artifact = { reference: `${open.host}/${name}`, digest };
});
afterAll(async () => {
  await web.stop();
  await git.stop();
  await slipway.remove();
});

const repository = (fragment = '') => `${git.url('open', 'myapp-repo')}${fragment}`;
/** Azure DevOps itself can't be had: its stand-in answers for it as the proxy on the way there. */
const azureDevOps = (fragment: string) => {
  const { user, password } = git.login;
  const signedIn = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
  return `http://${signedIn}@dev.azure.com/o/p/_git/myapp-repo${fragment}`;
};
const proxied = () => ({ http_proxy: `http://${git.host}`, no_proxy: '127.0.0.1,localhost' });

describe.each<[place: string, context: () => string, word: string, env?: () => NodeJS.ProcessEnv]>([
  ['a local folder', () => local, 'of this machine'],
  ['a repository’s default branch', () => repository(), 'of main'],
  ['a branch', () => repository('#mybranch'), 'of mybranch'],
  ['a folder of a branch', () => repository('#mybranch:myfolder'), 'of myfolder'],
  ['a folder of a commit', () => repository(`#${commits.branch}:myfolder`), 'of myfolder'],
  ['a commit by the beginning of its id', () => repository(`#${commits.main.slice(0, 8)}`), 'of main'],
  ['a tag', () => repository('#v1'), 'of main'],
  ['a pull request', () => repository('#pull/12/head'), 'of the pull request'],
  ['a folder of a branch in Azure DevOps', () => azureDevOps('#mybranch:myfolder'), 'of myfolder', proxied],
  ['a remote tarball', () => `${web.url}/myapp.tar.gz`, 'of the tarball'],
  ['an artifact by its tag', () => `oci://${artifact.reference}:mytag`, 'of the artifact'],
  ['an artifact by its digest', () => `oci://${artifact.reference}@${artifact.digest}`, 'of the artifact'],
])('%s is the context', (_, context, word, env = () => ({})) => {
  it('of a quick build', async () => {
    const { stderr, code } = await slipway.run(['build', context(), '-t', 'contexts:$ID', '--no-cache'], {
      env: env(),
    });
    expect(stderr).toContain(`built ${word}`);
    expect(code).toBe(0);
  });

  it('of a quick run', async () => {
    const { stderr, code } = await slipway.run(['run', context(), '-f', 'run.yaml'], { env: env() });
    expect(stderr).toContain(`ran ${word}`);
    expect(code).toBe(0);
  });

  it('of a step', async () => {
    // A folder is named from within the workspace.
    const named = context() === local ? '.' : context();
    const task = `version: v1.1.0\nsteps:\n  - build: --no-cache -t contexts:$ID ${named}\n`;
    const workspace = await slipway.folder('workspace', { ...filesWith('of this machine'), 'step.yaml': task });
    const { stderr, code } = await slipway.run(['run', workspace, '-f', 'step.yaml'], { env: env() });
    expect(stderr).toContain(`built ${word}`);
    expect(code).toBe(0);
  });
});
