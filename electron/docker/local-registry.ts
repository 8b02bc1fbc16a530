import net from 'node:net';
import { appFailure } from '@shared/model/app-error.ts';
import type { LocalRegistryStatus } from '@shared/model/local-registry.ts';
import type { CredentialSource, PushProgress } from '../engine/ports.ts';
import { homeLabel } from '../engine/ports.ts';
import type { LocalRegistry } from '../engine/ports/local-registry.ts';
import type { UseEngine } from './containers/docker-containers.ts';
import { pullImage } from './containers/pull-image.ts';
import { isGone } from './failures.ts';
import type { FoundEngine } from './find-engine.ts';

/** Its container and its volume carry this and the home's label, and no run's. */
export const localRegistryLabel = 'dev.slipway.registry';

/** Where distribution listens and keeps its data, in versions 2 and 3 alike. */
const innerPort = '5000/tcp';
const dataFolder = '/var/lib/registry';
/** Tried in turn where nobody chose; the first is what people expect. */
const usualPorts = Array.from({ length: 20 }, (_, index) => 5000 + index);
const loopback = '127.0.0.1';
/** So long may it take to clear away what didn't come up; ms. */
const takingBack = 20_000;

/** The local registry of a home, in the engine that `using` leads to. */
export function createLocalRegistry(using: UseEngine, homeId: string): LocalRegistry {
  const name = `slipway-registry-${homeId}`;
  const labels = { [homeLabel]: homeId, [localRegistryLabel]: 'local' };

  async function look({ client: { docker } }: FoundEngine, signal: AbortSignal) {
    try {
      const found = await docker.getContainer(name).inspect({ abortSignal: signal });
      const port = Number(found.HostConfig.PortBindings?.[innerPort]?.[0]?.HostPort ?? 0);
      return { port, image: found.Config.Image, running: found.State.Running, startedAt: found.State.StartedAt };
    } catch (error) {
      signal.throwIfAborted();
      if (isGone(error)) return undefined;
      throw error;
    }
  }

  async function statusIn(engine: FoundEngine, signal: AbortSignal): Promise<LocalRegistryStatus> {
    const found = await look(engine, signal);
    if (found === undefined) return { state: 'absent', dataKept: await hasData(engine, signal) };
    const host = `${loopback}:${found.port}`;
    const { image } = found;
    if (!found.running) return { state: 'stopped', host, image };
    return { state: 'running', host, image, startedAt: new Date(found.startedAt).toISOString() };
  }

  async function hasData({ client: { docker } }: FoundEngine, signal: AbortSignal): Promise<boolean> {
    try {
      await docker.getVolume(name).inspect({ abortSignal: signal });
      return true;
    } catch (error) {
      signal.throwIfAborted();
      if (isGone(error)) return false;
      throw error;
    }
  }

  async function removeContainer({ client: { docker } }: FoundEngine, signal: AbortSignal): Promise<void> {
    try {
      await docker.getContainer(name).remove({ force: true, abortSignal: signal });
    } catch (error) {
      signal.throwIfAborted();
      if (!isGone(error)) throw error;
    }
  }

  async function make({ client: { docker } }: FoundEngine, image: string, port: number, signal: AbortSignal) {
    await docker.createVolume({ Name: name, Labels: labels, abortSignal: signal });
    await docker.createContainer({
      name,
      Image: image,
      Labels: labels,
      // For both versions; without deletes, nobody can ever tidy up.
      Env: [`REGISTRY_HTTP_ADDR=:${parseInt(innerPort, 10)}`, 'REGISTRY_STORAGE_DELETE_ENABLED=true'],
      ExposedPorts: { [innerPort]: {} },
      HostConfig: {
        PortBindings: { [innerPort]: [{ HostIp: loopback, HostPort: String(port) }] },
        Mounts: [{ Type: 'volume', Source: name, Target: dataFolder }],
        RestartPolicy: { Name: 'unless-stopped' },
      },
      abortSignal: signal,
    });
  }

  /** Of a registry that didn't come up nothing stays in the way of the next one, but what was pushed to an earlier one. */
  async function takeBack(engine: FoundEngine, dataKept: boolean): Promise<void> {
    const signal = AbortSignal.timeout(takingBack);
    try {
      await removeContainer(engine, signal);
      if (!dataKept) await engine.client.docker.getVolume(name).remove({ abortSignal: signal });
    } catch {
      // Why it didn't come up is what is told. What is left here is found by the next start, and removed then.
    }
  }

  /** False when the port turns out to be taken. */
  async function started({ client: { docker } }: FoundEngine, signal: AbortSignal): Promise<boolean> {
    try {
      await docker.getContainer(name).start({ abortSignal: signal });
      return true;
    } catch (error) {
      signal.throwIfAborted();
      const words = error instanceof Error ? error.message : String(error);
      if (/port is already allocated|address already in use|ports are not available/i.test(words)) return false;
      // Started already: what is asked of the engine twice is done once.
      if (/\(HTTP code 304\)/.test(words)) return true;
      throw error;
    }
  }

  async function start(
    engine: FoundEngine,
    { port, image }: { readonly port?: number | undefined; readonly image: string },
    credentials: CredentialSource,
    onProgress: (progress: PushProgress) => void,
    signal: AbortSignal,
  ): Promise<LocalRegistryStatus> {
    const { endpoint } = engine.client;
    if (!endpoint.local) throw appFailure('registry.engineElsewhere', { params: { host: endpoint.host } });
    const before = await look(engine, signal);
    const wanted = port ?? before?.port;
    if (before !== undefined && before.image === image && wanted === before.port) {
      if (await started(engine, signal)) return await statusIn(engine, signal);
      throw portTaken(before.port);
    }
    await pullImage(engine, image, { force: false }, credentials, onProgress, signal);
    for (const candidate of wanted === undefined ? usualPorts : [wanted]) {
      const own = before?.running === true && candidate === before.port;
      if (!own && !(await isFree(candidate))) continue;
      await removeContainer(engine, signal);
      const kept = await hasData(engine, signal);
      try {
        await make(engine, image, candidate, signal);
        if (await started(engine, signal)) return await statusIn(engine, signal);
      } catch (error) {
        await takeBack(engine, kept);
        throw error;
      }
      await removeContainer(engine, signal);
    }
    throw portTaken(wanted ?? usualPorts[0] ?? 0);
  }

  return {
    status: (signal) => using(signal, statusIn),
    start: (wanted, credentials, onProgress, signal) =>
      using(signal, (engine, stop) => start(engine, wanted, credentials, onProgress, stop)),
    stop: (signal) =>
      using(signal, async (engine, stop) => {
        try {
          await engine.client.docker.getContainer(name).stop({ t: 10, abortSignal: stop });
        } catch (error) {
          stop.throwIfAborted();
          const alreadyStopped = error instanceof Error && /\(HTTP code 304\)/.test(error.message);
          if (!alreadyStopped && !isGone(error)) throw error;
        }
        return await statusIn(engine, stop);
      }),
    remove: (data, signal) =>
      using(signal, async (engine, stop) => {
        await removeContainer(engine, stop);
        if (!data) return;
        try {
          await engine.client.docker.getVolume(name).remove({ abortSignal: stop });
        } catch (error) {
          stop.throwIfAborted();
          if (!isGone(error)) throw error;
        }
      }),
  };
}

function portTaken(port: number) {
  return appFailure('registry.portTaken', { params: { port }, fixes: [{ kind: 'editInputs' }] });
}

/** Whether nobody of this machine listens there now; the engine has the last word. */
function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen(port, loopback, () => server.close(() => resolve(true)));
  });
}
