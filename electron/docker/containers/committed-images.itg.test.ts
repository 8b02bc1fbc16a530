import { randomBytes } from 'node:crypto';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { expectOk, json, request } from '../../../scripts/parts/http.ts';
import { homeLabel, runLabel } from '../../engine/ports.ts';
import { isThere, leftOf, never, nothing, openHome, ran, specOf } from './containers-testing.ts';

const parts = inject('parts');
const image = parts.busybox.local;

describe.each(parts.engines)('what is committed in Docker Engine $name', ({ host }) => {
  it('has the files of a container as they were, and a shell', async () => {
    const home = openHome(host);
    const { containers } = home;
    const id = await containers.create(
      specOf(image, ['sh', '-c', 'echo "남은 파일" > /left; exit 3'], { env: ['A=b'] }),
      never,
    );
    expect(await containers.run(id, () => undefined, { graceMs: 0 }, never)).toMatchObject({ exitCode: 3 });
    const committed = await containers.commit(id, 'ca1', never);
    const { Config, RepoTags } = await json<{ Config: object; RepoTags: string[] | null }>(
      host,
      `/images/${committed}/json`,
    );
    expect(Config).toMatchObject({ Labels: { [homeLabel]: home.homeId, [runLabel]: 'ca1' } });
    expect(RepoTags ?? []).toEqual([]);

    // As a person looks around: the container waits, the shell is another process.
    const spec = specOf(committed, [], { entryPoint: ['/bin/sh'], terminal: true });
    const holder = await containers.create(spec, never);
    await containers.startDetached(holder, () => undefined, never, never);
    const terminal = await containers.openTerminal(holder, { commands: [['/bin/sh']], columns: 80, rows: 24 }, never);
    let shown = '';
    terminal.output.setEncoding('utf8').on('data', (text: string) => (shown += text));
    await terminal.write(Buffer.from('cat /left\nexit\n'));
    expect(await terminal.ended).toBe(0);
    expect(shown).toContain('남은 파일\r\n');
    await containers.remove(holder, { graceMs: 0 }, never);
    await containers.remove(id, { graceMs: 0 }, never);
    for (const times of [1, 2]) {
      await containers.removeImage(committed, never);
      expect([times, await isThere(host, `/images/${committed}/json`)]).toEqual([times, false]);
    }
    expect(await isThere(host, `/images/${image}/json`)).toBe(true);
  });

  it('can be a container that still runs', async () => {
    const home = openHome(host);
    const id = await home.containers.create(specOf(image, ['sh', '-c', 'echo here > /left; sleep 600']), never);
    await home.containers.startDetached(id, () => undefined, never, never);
    await expect
      .poll(async () => isThere(host, `/containers/${id}/archive?path=/left`), { timeout: 20_000 })
      .toBe(true);
    const committed = await home.containers.commit(id, 'ca1', never);
    expect(await home.containers.isRunning(id, never)).toBe(true);
    expect((await ran(home, specOf(committed, ['cat', '/left']))).stdout).toBe('here\n');
  });

  it('is theirs who gave it a name', async () => {
    const home = openHome(host);
    const id = await home.containers.create(specOf(image, ['true']), never);
    const committed = await home.containers.commit(id, 'ca1', never);
    const name = `slipway-test/kept-${randomBytes(4).toString('hex')}`;
    await expectOk(host, `/images/${committed}/tag?repo=${name}&tag=1`, { method: 'POST' });
    onTestFinished(() => void request(host, `/images/${name}:1?force=1`, { method: 'DELETE' }));
    await home.containers.removeImage(committed, never);
    await home.engine.sweep(() => false, never);
    expect(await isThere(host, `/images/${name}:1/json`)).toBe(true);
    expect(await leftOf(home)).toMatchObject({ containers: [], volumes: [], networks: [] });
  });

  it('is swept with all else of a dead run, and nothing of anybody else is', async () => {
    const home = openHome(host);
    const neighbour = openHome(host);
    const live = (run: string) => run === 'ca2';
    const make = async ({ containers }: typeof home, runId: string) => {
      const network = await containers.createNetwork(runId, { name: 'net', ipv6: false }, never);
      const volume = await containers.createVolume(runId, 'workspace', never);
      const spec = specOf(image, ['sleep', '600'], {
        runId,
        network: { kind: 'network', name: network, aliases: ['step'] },
        mounts: [{ kind: 'volume', volume, path: '/w' }],
      });
      const id = await containers.create(spec, never);
      await containers.startDetached(id, () => undefined, never, never);
      const committed = await containers.commit(id, runId, never);
      // What a person looks around in, made of it.
      const holder = await containers.create({ ...spec, image: committed }, never);
      return { network, volume, ids: [id, holder], committed };
    };
    const dead = await make(home, 'ca1');
    const alive = await make(home, 'ca2');
    const others = await make(neighbour, 'ca1');
    expect(await home.engine.sweep(live, never)).toBe(5);
    expect(await leftOf(home)).toEqual({
      containers: expect.arrayContaining([expect.stringContaining('-ca2-')]) as string[],
      networks: [alive.network],
      volumes: [alive.volume],
      images: [alive.committed],
    });
    expect((await leftOf(neighbour))['images']).toEqual([others.committed]);
    for (const id of [...alive.ids, ...others.ids]) expect(await isThere(host, `/containers/${id}/json`)).toBe(true);
    expect(await isThere(host, `/images/${dead.committed}/json`)).toBe(false);
    expect(await home.engine.sweep(() => false, never)).toBe(5);
    expect(await leftOf(home)).toEqual(nothing);
  });
});
