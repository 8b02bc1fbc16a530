import net from 'node:net';
import { beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import { json, request } from '../../scripts/parts/http.ts';
import { publishImage } from '../../scripts/parts/images.ts';
import { freePort } from '../../scripts/parts/registry.ts';
import { publishRegistryImage } from '../../scripts/parts/registry-image.ts';
import { never, openHome } from './containers/containers-testing.ts';
import { localRegistryLabel } from './local-registry.ts';

const parts = inject('parts');
const nobody = { forHost: async () => undefined, hosts: async () => [] };

let image: string;
beforeAll(async () => {
  image = await publishRegistryImage(parts.registries.open);
});

describe.each(parts.engines)('the local registry in Docker Engine $name', ({ host }) => {
  function setUp() {
    const home = openHome(host);
    const { localRegistry } = home.engine;
    // Before the home is closed, which happens last.
    onTestFinished(() => localRegistry.remove(true, never));
    const start = (port?: number) => localRegistry.start({ port, image }, nobody, () => undefined, never);
    return { home, localRegistry, start };
  }

  const answers = (address: string) =>
    expect.poll(
      () =>
        request(`http://${address}`, '/v2/').then(
          ({ status }) => status,
          () => 0,
        ),
      { timeout: 20_000 },
    );

  it('starts, takes images, outlasts sweeps, stops, and has them again', async () => {
    const { home, localRegistry, start } = setUp();
    expect(await localRegistry.status(never)).toEqual({ state: 'absent', dataKept: false });
    const port = await freePort();
    const address = `127.0.0.1:${port}`;
    expect(await start(port)).toMatchObject({ state: 'running', host: address, image });
    await answers(address).toBe(200);
    const registry = { host: address, url: `http://${address}`, logFile: '' };
    await publishImage(registry, { repository: 'kept/app', tag: '1' });

    const name = `slipway-registry-${home.homeId}`;
    const found = await json<{
      Config: { Labels: object };
      HostConfig: { RestartPolicy: object; PortBindings: object; Privileged: boolean };
    }>(host, `/containers/${name}/json`);
    expect(found.HostConfig).toMatchObject({
      RestartPolicy: { Name: 'unless-stopped' },
      PortBindings: { '5000/tcp': [{ HostIp: '127.0.0.1', HostPort: String(port) }] },
      Privileged: false,
    });
    expect(found.Config.Labels).toMatchObject({ [localRegistryLabel]: 'local' });

    await home.engine.sweep(() => false, never);
    expect(await localRegistry.status(never)).toMatchObject({ state: 'running', host: address });

    expect(await localRegistry.stop(never)).toEqual({ state: 'stopped', host: address, image });
    expect(await localRegistry.stop(never)).toMatchObject({ state: 'stopped' });
    await answers(address).toBe(0);
    await home.engine.sweep(() => false, never);
    // Without a port it has the one that it had.
    expect(await start()).toMatchObject({ state: 'running', host: address });
    expect(await start()).toMatchObject({ state: 'running', host: address });
    await answers(address).toBe(200);
    expect((await request(registry.url, '/v2/kept/app/tags/list')).body.toString()).toContain('"1"');

    await localRegistry.remove(false, never);
    expect(await localRegistry.status(never)).toEqual({ state: 'absent', dataKept: true });
    await localRegistry.remove(true, never);
    await localRegistry.remove(true, never);
    expect(await localRegistry.status(never)).toEqual({ state: 'absent', dataKept: false });
  });

  it('moves to another port, and takes what was pushed along', async () => {
    const { localRegistry, start } = setUp();
    const first = await freePort();
    await start(first);
    await answers(`127.0.0.1:${first}`).toBe(200);
    const url = `http://127.0.0.1:${first}`;
    await publishImage({ host: `127.0.0.1:${first}`, url, logFile: '' }, { repository: 'moved', tag: '1' });
    const second = await freePort();
    expect(await start(second)).toMatchObject({ state: 'running', host: `127.0.0.1:${second}` });
    await answers(`127.0.0.1:${second}`).toBe(200);
    expect((await request(`http://127.0.0.1:${second}`, '/v2/moved/tags/list')).status).toBe(200);
    expect(await localRegistry.status(never)).toMatchObject({ host: `127.0.0.1:${second}` });
  });

  it('says that a port is taken, and takes a free one by itself', async () => {
    const { localRegistry, start } = setUp();
    const server = net.createServer();
    const taken = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        resolve(address !== null && typeof address === 'object' ? address.port : 0);
      });
    });
    onTestFinished(() => void server.close());
    await expect(start(taken)).rejects.toMatchObject({
      error: { code: 'registry.portTaken', params: { port: taken }, fixes: [{ kind: 'editInputs' }] },
    });
    expect(await localRegistry.status(never)).toMatchObject({ state: 'absent' });
    const started = await start();
    expect(started).toMatchObject({ state: 'running' });
    if (started.state === 'running') await answers(started.host).toBe(200);
  });

  it('is one a home', async () => {
    const one = setUp();
    const other = setUp();
    const [first, second] = [await one.start(await freePort()), await other.start(await freePort())];
    expect(first).not.toEqual(second);
    await one.localRegistry.remove(true, never);
    expect(await other.localRegistry.status(never)).toEqual(second);
  });
});
