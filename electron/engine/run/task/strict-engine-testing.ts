/**
 * An engine that is none: containers play the acts of `scenario-testing.ts` in this process. Strict where a real one is lenient: a
 * container that is started twice, a network or volume that is removed while somebody uses it, a name that nobody made, are
 * mistakes of the caller, and end the test. {@link StrictEngine.leftovers} tells what was not cleared away.
 */
import path from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { readFile } from 'node:fs/promises';
import { extract, pack } from 'tar-stream';
import { appFailure } from '@shared/model/app-error.ts';
import type { EngineInfo } from '@shared/model/engine-status.ts';
import type { ContainerEngine, ImageBuild } from '../../ports.ts';
import type { ContainerMount, Containers, ContainerSpec, OnOutput } from '../../ports/containers.ts';

const info: EngineInfo = {
  host: 'fake:///strict',
  source: 'setting',
  product: 'Strict fake',
  version: '0',
  apiVersion: '1.41',
  os: 'linux',
  architecture: 'amd64',
  builder: 'graphdriver',
  buildShell: 'none',
  storageDriver: 'memory',
  platforms: ['linux/amd64'],
  embedded: false,
};

/** Files by absolute path. */
type Files = Map<string, Buffer>;

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
}

/** An engine that has one image, `actorImage`, and what is built on it. */
export function createStrictEngine(actorImage: string): StrictEngine {
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

  async function play(running: Container, onOutput: OnOutput): Promise<number> {
    const { spec, files, stop } = running;
    const entry = spec.entryPoint?.[0];
    if (entry === '/bin/echo') {
      onOutput('stdout', Buffer.from(`${spec.args.slice(1).join(' ')}\n`), Date.now());
      return 0;
    }
    const words = spec.args.slice(2);
    const world = worldOf(spec, files, volume);
    const take = () => words.shift() ?? '';
    const say = (text: string) => onOutput('stdout', Buffer.from(`${text}\n`), Date.now());
    while (words.length > 0) {
      const act = take();
      switch (act) {
        case 'print':
          say(take());
          break;
        case 'complain':
          onOutput('stderr', Buffer.from(`${take()}\n`), Date.now());
          break;
        case 'write':
          world.write(take(), Buffer.from(`${take()}\n`));
          break;
        case 'read': {
          const data = world.read(take());
          if (data === undefined) return 1;
          onOutput('stdout', data, Date.now());
          break;
        }
        case 'await': {
          const file = take();
          while (world.read(file) === undefined) await delay(5, undefined, { signal: stop.signal });
          break;
        }
        case 'env': {
          const name = take();
          const value = spec.env.findLast((each) => each.startsWith(`${name}=`)) ?? `${name}=`;
          say(value);
          break;
        }
        case 'folder':
          say(spec.workingDirectory ?? '/');
          break;
        case 'user':
          say(spec.user ?? '0');
          break;
        case 'reach': {
          const name = take();
          const { network } = spec;
          const reached =
            network.kind === 'network' &&
            using(
              (other) =>
                other.network.kind === 'network' &&
                other.network.name === network.name &&
                other.network.aliases.includes(name),
            );
          if (!reached) return 1;
          break;
        }
        case 'count': {
          const file = take();
          const calls = Number(world.read(file)?.toString() ?? 0) + 1;
          world.write(file, Buffer.from(`${calls}\n`));
          say(`call ${calls}`);
          break;
        }
        case 'until': {
          const [file, wanted] = [take(), take()];
          if (Number(world.read(file)?.toString() ?? 0) < Number(wanted)) return 9;
          break;
        }
        case 'stay':
          for (;;) await delay(60_000, undefined, { signal: stop.signal });
        case 'stubborn': // nothing here is killed more gently than by SIGKILL
          break;
        case 'exit':
          return Number(take());
        default:
          throw mistake(`no act: ${act}`);
      }
    }
    return 0;
  }

  const api: Containers = {
    pull: (image) =>
      images.has(image) ? Promise.resolve() : Promise.reject(appFailure('image.notFound', { params: { image } })),
    createNetwork(runId, { name }) {
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
      const image = images.get(spec.image);
      if (image === undefined) return Promise.reject(appFailure('image.notFound', { params: { image: spec.image } }));
      if (spec.network.kind === 'network' && !networks.has(spec.network.name))
        return Promise.reject(mistake(`no network ${spec.network.name}`));
      for (const mount of spec.mounts) if (mount.kind === 'volume') volume(mount.volume);
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
    async build(build: ImageBuild, _credentials, onEvent) {
      const files: Files = new Map();
      const lines = (await readFile(build.context.dockerfile, 'utf8')).split('\n').filter((line) => line !== '');
      for (const [index, line] of lines.entries()) {
        const number = index + 1;
        const [word = '', first = '', second = ''] = line.split(' ');
        const exitCode = word === 'RUN' && first === 'exit' ? Number(second) : 0;
        const status = exitCode === 0 ? 'succeeded' : 'failed';
        onEvent({
          kind: 'vertex',
          vertex: { number, digest: `sha256:${number}`, inputs: [], name: line, status, cached: false, progress: [] },
        });
        if (exitCode !== 0) throw appFailure('build.failed', { params: { instruction: line, exitCode } });
        if (word === 'COPY') files.set(second, await readFile(path.join(build.context.root, first)));
      }
      for (const tag of build.tags) images.set(tag, files);
      return { imageId: `sha256:${++count}`, size: 1 };
    },
    openFailedBuild: () => Promise.reject(mistake('no shell is opened here')),
    push: () => Promise.reject(mistake('nothing is pushed here')),
    layers: () => Promise.resolve([]),
    content: () => Promise.reject(mistake('it keeps no manifests')),
    sweep: () => Promise.resolve(0),
    close: () => Promise.resolve(),
    leftovers: () => [...containers.keys(), ...networks, ...volumes.keys()],
    get mistakes() {
      return mistakes;
    },
  };
}

/** The files of a container: its own, and those of the volumes that are mounted. */
function worldOf(spec: ContainerSpec, own: Files, volume: (name: string) => Files) {
  const mounts = spec.mounts.flatMap((mount: ContainerMount) => (mount.kind === 'volume' ? [mount] : []));
  const place = (name: string): readonly [Files, string] => {
    const absolute = path.posix.resolve(spec.workingDirectory ?? '/', name);
    const mount = mounts.find((each) => absolute === each.path || absolute.startsWith(`${each.path}/`));
    return mount === undefined ? [own, absolute] : [volume(mount.volume), absolute.slice(mount.path.length) || '/'];
  };
  return {
    read(name: string): Buffer | undefined {
      const [files, file] = place(name);
      return files.get(file);
    },
    write(name: string, data: Buffer): void {
      const [files, file] = place(name);
      files.set(file, data);
    },
  };
}
