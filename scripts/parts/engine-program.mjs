// Where a Docker Engine's programs are: the release's own, or a current one unpacked beside it. Node built-ins only.
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { debianMirror, ensurePackages, privateApt } from '../setup/debian.mjs';
import { cachedFolder, exists, userCache } from '../setup/folders.mjs';
import { run, say, SetupProblem, which } from '../setup/shell.mjs';

/**
 * @typedef {object} EngineProgram
 * @property {string} version as dockerd itself says, for example `28.5.2`
 * @property {string} folder the unpacked packages' root; `/` for those installed
 * @property {NodeJS.ProcessEnv} env with the engine's own programs first on the PATH
 * @property {string | undefined} cli the docker client that belongs to it
 * @property {boolean} containerdStore keeps images in containerd's store, as engines from 29 on do by default
 */

/** The `system` engine is what the release has (20.10 on Debian 12); the `current` one is the newest that Debian has. */
/** @param {'system' | 'current'} which @returns {Promise<EngineProgram>} */
export function findEngine(which) {
  return which === 'system' ? systemEngine() : currentEngine();
}

/** @returns {Promise<EngineProgram>} */
async function systemEngine() {
  await ensurePackages(['engine']);
  const dockerd = ['/usr/sbin/dockerd', '/usr/bin/dockerd'].find((file) => which(file)) ?? which('dockerd');
  if (dockerd === undefined)
    throw new SetupProblem('there is no dockerd on this machine; the tests of real builds need Docker Engine');
  const env = {
    ...process.env,
    PATH: `${path.dirname(dockerd)}:/usr/sbin:/usr/bin:/sbin:/bin:${process.env['PATH'] ?? ''}`,
  };
  return {
    version: await dockerdVersion(dockerd, env),
    folder: '/',
    env,
    cli: which('/usr/bin/docker') ?? which('docker'),
    containerdStore: false,
  };
}

/** @returns {Promise<EngineProgram>} */
async function currentEngine() {
  await ensurePackages(['engine']); // runc and iptables are the release's own
  const kept = await newestKept();
  const folder = kept ?? (await unpackCurrent());
  const env = { ...process.env, PATH: `${folder}/usr/bin:${folder}/usr/sbin:/usr/sbin:/usr/bin:/sbin:/bin` };
  return {
    version: await dockerdVersion(path.join(folder, 'usr/sbin/dockerd'), env),
    folder,
    env,
    cli: path.join(folder, 'usr/bin/docker'),
    containerdStore: true,
  };
}

async function newestKept() {
  const engines = path.join(userCache, 'engines');
  if (!(await exists(engines))) return undefined;
  const kept = (await readdir(engines)).filter((name) => /^\d[\d.]*$/.test(name));
  const newest = kept.sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))[0];
  return newest === undefined ? undefined : path.join(engines, newest);
}

/** Debian's newest whose programs run here; the suites are tried in turn, and each refusal is told. */
async function unpackCurrent() {
  if (debianMirror() === undefined)
    throw new Error('a second, current engine is unpacked from Debian packages, and this is no Debian');
  /** @type {string[]} */
  const refusals = [];
  for (const suite of ['sid', 'trixie']) {
    try {
      const apt = await privateApt({ suite });
      await apt.update();
      const offered = await apt.candidate('docker.io');
      const version = /^[\d.]+/.exec(offered ?? '')?.[0];
      if (version === undefined) throw new Error('no docker.io there');
      say(
        `unpacking Docker Engine ${version} of Debian ${suite} into ${path.join(userCache, 'engines', version)}: a current engine for the tests, beside the machine's own`,
      );
      return await cachedFolder(path.join(userCache, 'engines', version), async (draft) => {
        await apt.unpack(['docker.io', 'docker-cli', 'containerd', 'docker-buildx'], draft);
        const env = { ...process.env, PATH: `${draft}/usr/bin:${draft}/usr/sbin:${process.env['PATH'] ?? ''}` };
        await dockerdVersion(path.join(draft, 'usr/sbin/dockerd'), env);
        await run(path.join(draft, 'usr/bin/containerd'), ['--version']);
      });
    } catch (error) {
      refusals.push(`${suite}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new Error(`no current Docker Engine could be unpacked:\n${refusals.join('\n')}`);
}

/** @param {string} dockerd @param {NodeJS.ProcessEnv} env */
async function dockerdVersion(dockerd, env) {
  const words = await run(dockerd, ['--version'], { env });
  const version = /version (\d+\.\d+\.\d+)/.exec(words)?.[1];
  if (version === undefined) throw new Error(`${dockerd} does not say its version: ${words}`);
  return version;
}
