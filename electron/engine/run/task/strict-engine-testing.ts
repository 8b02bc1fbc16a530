/**
 * An engine that is none: containers play the acts of `scenario-testing.ts` in this process. Strict where a real one is lenient: a
 * container that is started twice, a network or volume that is removed while somebody uses it, a name that nobody made, are
 * mistakes of the caller, and end the test. {@link StrictEngine.leftovers} tells what was not cleared away.
 */
import path from 'node:path';
import { Readable } from 'node:stream';
import { extract, pack } from 'tar-stream';
import { appFailure } from '@shared/model/app-error.ts';
import { parseImageReference } from '@shared/model/image-reference.ts';
import { type ContainerSystem, stepPlaces } from '@shared/model/step-places.ts';
import type { EngineInfo } from '@shared/model/engine-status.ts';
import type { ContainerEngine, ImageBuild } from '../../ports.ts';
import type { ContainerNetwork, Containers, ContainerSpec, OnOutput } from '../../ports/containers.ts';
import { type Files, filesOf, playActs } from './strict-actor-testing.ts';
import { filesBuilt } from './strict-build-testing.ts';

const infoOf = (os: ContainerSystem): EngineInfo => ({
  host: 'fake:///strict',
  source: 'setting',
  product: 'Strict fake',
  version: '0',
  apiVersion: '1.41',
  os,
  architecture: 'amd64',
  // dockerd of Windows has no BuildKit.
  builder: os === 'windows' ? 'tar' : 'graphdriver',
  buildShell: 'none',
  storageDriver: 'memory',
  platforms: [`${os}/amd64`],
  embedded: false,
});

interface Container {
  readonly spec: ContainerSpec;
  state: 'created' | 'running' | 'ended';
  readonly files: Files;
  readonly stop: AbortController;
  ended: Promise<number>;
}

export interface StrictEngine extends ContainerEngine {
  /** What is still there of runs. */
  leftovers(): readonly string[];
  /** Mistakes of the caller so far. */
  readonly mistakes: readonly string[];
  /** What it was asked for since it was last cleared. */
  readonly asked: { readonly containers: ContainerSpec[]; readonly builds: ImageBuild[] };
}

/** An engine that has one image, `actorImage`, and what is built on it; its containers are of the one system. */
export function createStrictEngine(actorImage: string, system: ContainerSystem = 'linux'): StrictEngine {
  const info = infoOf(system);
  const asked: StrictEngine['asked'] = { containers: [], builds: [] };
  const images = new Map<string, Files>([[actorImage, new Map()]]);
  const containers = new Map<string, Container>();
  const volumes = new Map<string, Files>();
  const networks = new Set<string>();
  const mistakes: string[] = [];
  let count = 0;

  function mistake(text: string): Error {
    mistakes.push(text);
    return new Error(`strict engine: ${text}`);
  }
  function volume(name: string): Files {
    const files = volumes.get(name);
    if (files === undefined) throw mistake(`no volume ${name}`);
    return files;
  }
  function container(id: string): Container {
    const found = containers.get(id);
    if (found === undefined) throw mistake(`no container ${id}`);
    return found;
  }
  const using = (test: (spec: ContainerSpec) => boolean) => [...containers.values()].some(({ spec }) => test(spec));

  const play = ({ spec, files, stop }: Container, onOutput: OnOutput): Promise<number> =>
    playActs(
      {
        spec,
        files: filesOf(spec, files, volume),
        isReached: (name) => using((other) => isIn(other, spec.network, name)),
        mistake,
        stop: stop.signal,
      },
      onOutput,
    );

  const api: Containers = {
    pull: (image) =>
      images.has(image) ? Promise.resolve() : Promise.reject(appFailure('image.notFound', { params: { image } })),
    createNetwork(runId, { name, driver }) {
      if (driver !== undefined && driver !== defaultDrivers[system])
        return Promise.reject(appFailure('container.invalid', { cause: `could not find plugin ${driver}` }));
      const made = `${runId}-${name}-${++count}`;
      networks.add(made);
      return Promise.resolve(made);
    },
    createVolume(runId, purpose) {
      const made = `${runId}-${purpose}-${++count}`;
      volumes.set(made, new Map());
      return Promise.resolve(made);
    },
    async writeVolume(name, _runId, folder, archive) {
      const files = volume(name);
      const reader = extract();
      const reading = (async () => {
        for await (const entry of reader) {
          const chunks: Buffer[] = [];
          for await (const chunk of entry) chunks.push(chunk as Buffer);
          if (entry.header.type === 'file')
            files.set(path.posix.join(folder, entry.header.name), Buffer.concat(chunks));
        }
      })();
      archive.pipe(reader);
      await reading;
    },
    readVolume(name, _runId, folder) {
      const archive = pack();
      for (const [file, data] of volume(name)) {
        if (file.startsWith(folder)) archive.entry({ name: path.posix.relative(folder, file), mode: 0o644 }, data);
      }
      archive.finalize();
      return Promise.resolve(Readable.from(archive));
    },
    create(spec) {
      asked.containers.push(spec);
      const image = images.get(spec.image);
      if (image === undefined) return Promise.reject(appFailure('image.notFound', { params: { image: spec.image } }));
      if (spec.network.kind === 'network' && !networks.has(spec.network.name))
        return Promise.reject(mistake(`no network ${spec.network.name}`));
      for (const mount of spec.mounts) if (mount.kind === 'volume') volume(mount.volume);
      const [misfit] = misfits(spec, system);
      if (misfit !== undefined) return Promise.reject(mistake(misfit));
      const refusal = refused(spec, system);
      if (refusal !== undefined) return Promise.reject(appFailure('container.invalid', { cause: refusal }));
      const id = `container-${++count}`;
      containers.set(id, {
        spec,
        state: 'created',
        files: new Map(image),
        stop: new AbortController(),
        ended: Promise.resolve(0),
      });
      return Promise.resolve(id);
    },
    async run(id, onOutput, _options, signal) {
      const running = container(id);
      if (running.state !== 'created') throw mistake(`container ${id} was started twice`);
      if (running.spec.entryPoint?.[0]?.startsWith('/no/') === true) {
        throw appFailure('container.startFailed', { params: { exitCode: 127 }, cause: 'no such file or directory' });
      }
      running.state = 'running';
      const stop = () => running.stop.abort();
      signal.addEventListener('abort', stop, { once: true });
      if (signal.aborted) stop();
      try {
        const exitCode = await play(running, onOutput);
        return { exitCode, outOfMemory: false };
      } catch (error) {
        signal.throwIfAborted();
        throw error;
      } finally {
        running.state = 'ended';
        signal.removeEventListener('abort', stop);
      }
    },
    startDetached(id, onOutput) {
      const running = container(id);
      if (running.state !== 'created') return Promise.reject(mistake(`container ${id} was started twice`));
      running.state = 'running';
      running.ended = play(running, onOutput)
        .catch(() => 137)
        .finally(() => (running.state = 'ended'));
      return Promise.resolve();
    },
    async remove(id) {
      const removed = containers.get(id);
      if (removed === undefined) return;
      removed.stop.abort();
      await removed.ended;
      containers.delete(id);
    },
    removeNetwork(name) {
      if (using(({ network }) => network.kind === 'network' && network.name === name))
        return Promise.reject(mistake(`network ${name} is in use`));
      networks.delete(name);
      return Promise.resolve();
    },
    removeVolume(name) {
      if (using(({ mounts }) => mounts.some((mount) => mount.kind === 'volume' && mount.volume === name)))
        return Promise.reject(mistake(`volume ${name} is in use`));
      volumes.delete(name);
      return Promise.resolve();
    },
    commit: () => Promise.reject(mistake('nothing is committed here')),
    removeImage: () => Promise.resolve(),
    publishedPorts: (id) => Promise.resolve(container(id).spec.ports),
    isRunning: (id) => Promise.resolve(containers.get(id)?.state === 'running'),
    openTerminal: () => Promise.reject(appFailure('container.noShell')),
  };

  return {
    find: () => Promise.resolve(info),
    platforms: () => Promise.resolve(info.platforms),
    status: () => ({ state: 'ready', info, attempts: [] }),
    onStatus: () => () => undefined,
    containers: api,
    localRegistry: {
      status: () => Promise.resolve({ state: 'absent', dataKept: false }),
      start: () => Promise.reject(mistake('no registry is started here')),
      stop: () => Promise.reject(mistake('no registry is stopped here')),
      remove: () => Promise.reject(mistake('no registry is removed here')),
    },
    async build(build: ImageBuild, _credentials, onEvent, signal) {
      asked.builds.push(build);
      const files = await filesBuilt(build, onEvent, signal);
      for (const tag of build.tags) images.set(tag, files);
      return { imageId: `sha256:${++count}`, size: 1 };
    },
    openFailedBuild: () => Promise.reject(mistake('no shell is opened here')),
    push: (image) =>
      images.has(image)
        ? Promise.resolve({ digest: `sha256:${String(++count).padStart(64, '0')}`, size: 1 })
        : Promise.reject(appFailure('image.notFound', { params: { image } })),
    named: (image) => {
      const files = images.get(image);
      const { registry, repository } = parseImageReference(image);
      const tags = [...images].flatMap(([name, others]) => {
        const other = parseImageReference(name);
        return others === files && other.registry === registry && other.repository === repository
          ? [other.tag ?? 'latest']
          : [];
      });
      return Promise.resolve(files === undefined ? undefined : { imageId: '', tags });
    },
    layers: () => Promise.resolve([]),
    content: () => Promise.reject(mistake('it keeps no manifests')),
    sweep: () => Promise.resolve(0),
    close: () => Promise.resolve(),
    leftovers: () => [...containers.keys(), ...networks, ...volumes.keys()],
    asked,
    get mistakes() {
      return mistakes;
    },
  };
}

const defaultDrivers: Readonly<Record<ContainerSystem, string>> = { linux: 'bridge', windows: 'nat' };

/** Whether a container is found on a network under this name. */
function isIn({ network: other }: ContainerSpec, network: ContainerNetwork, name: string): boolean {
  return (
    network.kind === 'network' &&
    other.kind === 'network' &&
    other.name === network.name &&
    other.aliases.includes(name)
  );
}

/** What no container of a system may be asked for: an engine would take some of it, and do something else. */
function misfits({ workingDirectory, mounts, env }: ContainerSpec, system: ContainerSystem): readonly string[] {
  const { home, homeVariable } = stepPlaces[system];
  const absolute = (place: string) => (system === 'windows' ? /^[a-z]:\\/i : /^\//).test(place);
  const pipe = (place: string) => place === stepPlaces[system].dockerSocket;
  const paths = mounts.map((mount) => mount.path);
  return [
    ...[...paths, ...(workingDirectory === undefined ? [] : [workingDirectory])]
      .filter((place) => !absolute(place) && !pipe(place))
      .map((place) => `${place} is no place of ${system}`),
    ...(new Set(paths).size === paths.length ? [] : [`twice the same mount: ${paths.join(' ')}`]),
    ...(env[0] === `${homeVariable}=${home}` ? [] : [`its home is ${env[0]}`]),
  ];
}

/** As the engine says it (moby: validateIsolation and validatePrivileged of runconfig). */
function refused({ isolation, privileged }: ContainerSpec, system: ContainerSystem): string | undefined {
  if (system === 'windows') return privileged ? 'Windows does not support privileged mode' : undefined;
  return ['', 'default'].includes(isolation ?? '')
    ? undefined
    : `Invalid isolation: "${isolation}" - linux only supports 'default'`;
}
