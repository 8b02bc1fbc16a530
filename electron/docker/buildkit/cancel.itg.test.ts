import { randomUUID } from 'node:crypto';
import net from 'node:net';
import { describe, expect, inject, it } from 'vitest';
import { processesNaming } from '../processes-testing.ts';
import { buildWithBuildKit } from './build.ts';
import { buildKitAt, buildOf, folderOf, noCredentials, watch } from './test-build.ts';

const parts = inject('parts');

/** A build that sleeps, started; `sleeping` resolves once it does. */
async function sleepingBuild(engine: (typeof parts.engines)[0], buildKit = buildKitAt(engine)) {
  const word = randomUUID();
  const root = await folderOf({ Dockerfile: `FROM ${parts.busybox.local}\nRUN echo asleep; sleep 600; : ${word}\n` });
  const watched = watch();
  const controller = new AbortController();
  let wake: () => void;
  const sleeping = new Promise<void>((resolve) => (wake = resolve));
  const building = buildWithBuildKit(
    buildKit,
    buildOf(root),
    noCredentials,
    (event) => {
      watched.listen(event);
      if (event.kind === 'log') wake();
    },
    controller.signal,
  );
  await Promise.race([sleeping, building]);
  return { building, controller, word, watched };
}

describe.each(parts.engines)('A canceled build in Docker Engine $name', (engine) => {
  it('leaves no process behind, and says why it ended', async () => {
    const { building, controller, word, watched } = await sleepingBuild(engine);
    expect(await processesNaming(word)).not.toEqual([]);
    const reason = new Error('enough');
    controller.abort(reason);
    await expect(building).rejects.toBe(reason);
    expect(await processesNaming(word)).toEqual([]);
    const run = [...watched.vertices().values()].find(({ name }) => name.includes('RUN'));
    expect(run?.status).toBe('canceled');
  });

  it('never starts when it was canceled before', async () => {
    const root = await folderOf({ Dockerfile: 'FROM scratch\n' });
    const reason = new Error('enough');
    const watched = watch();
    const building = buildWithBuildKit(
      buildKitAt(engine),
      buildOf(root),
      noCredentials,
      watched.listen,
      AbortSignal.abort(reason),
    );
    await expect(building).rejects.toBe(reason);
    expect(watched.events).toEqual([]);
  });

  it('is told from an engine that went away', async () => {
    const opened: net.Socket[] = [];
    const direct = buildKitAt(engine);
    const connect = () => {
      const socket = net.connect(new URL(engine.host).pathname);
      opened.push(socket);
      return Promise.resolve(socket);
    };
    const { building } = await sleepingBuild(engine, { ...direct, connect, address: undefined });
    for (const socket of opened) socket.destroy();
    await expect(building).rejects.toMatchObject({ error: { code: 'engine.lost' } });
  });

  it('fails as lost when the engine is gone from the start', async () => {
    const root = await folderOf({ Dockerfile: 'FROM scratch\nCOPY . /\n' });
    const nowhere = { ...buildKitAt(engine), address: { path: `${root}/no.sock` } };
    const signal = new AbortController().signal;
    const building = buildWithBuildKit(nowhere, buildOf(root), noCredentials, () => undefined, signal);
    await expect(building).rejects.toMatchObject({ error: { code: 'engine.lost' } });
  });
});
