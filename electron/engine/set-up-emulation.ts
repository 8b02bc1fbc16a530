import { setTimeout as delay } from 'node:timers/promises';
import { AppFailure, appFailure } from '@shared/model/app-error.ts';
import type { ProcessIdentity } from './journal.ts';
import type { ContainerEngine, CredentialSource } from './ports.ts';

/** Bytes of output that an error keeps. */
const keptOutput = 4096;
/** How long the container gets to end when it is stopped; ms. */
const graceMs = 2000;
/** A kernel knows of QEMU at once, but an engine looks only now and then: so often is it asked, ms apart. */
const asks = 5;
const betweenAsks = 200;

/** What its container is labelled with in place of a run: who sets it up, so that no sweep takes it from a process that is alive. */
const label = /^emulation-(\d+)-([\w.]+)$/;

/** Who sets emulation up, by the label of its container; undefined for that of a run. */
export function emulationOwner(runId: string): ProcessIdentity | undefined {
  const [, pid, started] = label.exec(runId) ?? [];
  return pid === undefined || started === undefined ? undefined : { pid: Number(pid), started };
}

/**
 * Tells the kernel of the engine's machine of QEMU, so that it runs programs of other processors: by a container with all rights, which
 * whoever calls this has asked a person about. It lasts until that machine starts anew.
 * @param owner this process: what is left of the container when it is gone is swept like a run's
 * @returns the platforms that the engine has now
 * @throws AppFailure `platform.otherSystem` for an engine that isn't Linux; `engine.buildsOnly`; `platform.emulationFailed` with what the container printed;
 *   `image.notFound`, `registry.*`
 */
export async function setUpEmulation(
  engine: ContainerEngine,
  image: string,
  credentials: CredentialSource,
  owner: ProcessIdentity,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const info = await engine.find(signal);
  if (info.os !== 'linux') {
    throw appFailure('platform.otherSystem', {
      params: { platform: 'linux', os: 'linux', engine: info.os },
      fixes: [{ kind: 'chooseEngine' }],
    });
  }
  if (info.builder === 'buildkit') {
    throw appFailure('engine.buildsOnly', { params: { name: info.host }, fixes: [{ kind: 'chooseEngine' }] });
  }
  const { containers } = engine;
  await containers.pull(image, { force: false }, credentials, () => undefined, signal);
  const id = await containers.create(
    {
      runId: `emulation-${owner.pid}-${owner.started}`,
      stepId: 'set-up',
      image,
      args: ['--install', 'all'],
      env: [],
      privileged: true,
      network: { kind: 'none' },
      ports: [],
      expose: [],
      mounts: [],
    },
    signal,
  );
  let output = '';
  const see = (_stream: 'stdout' | 'stderr', data: Uint8Array) => {
    output = (output + Buffer.from(data).toString()).slice(-keptOutput);
  };
  const failed = (cause: string, params: Readonly<Record<string, number>>, original?: unknown) =>
    appFailure(
      'platform.emulationFailed',
      { params: { image, ...params }, cause: cause.trim(), fixes: [{ kind: 'retry' }] },
      original,
    );
  try {
    const { exitCode } = await containers.run(id, see, { graceMs }, signal);
    if (exitCode !== 0) throw failed(output, { exitCode });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof AppFailure && error.error.code === 'container.startFailed')
      throw failed(error.error.cause ?? '', {}, error);
    throw error;
  } finally {
    await containers.remove(id, { graceMs }, AbortSignal.timeout(30_000));
  }
  for (let ask = 1; ; ask += 1) {
    const now = await engine.platforms(signal);
    if (ask === asks || now.join() !== info.platforms.join()) return now;
    await delay(betweenAsks, undefined, { signal });
  }
}
