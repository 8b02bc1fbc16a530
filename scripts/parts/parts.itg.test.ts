import { describe, expect, inject, it } from 'vitest';
import { json, request, upgrade } from './http.ts';
import { publishImage, runContainer } from './images.ts';
import { cannotHere } from './need.ts';
import { authorization, requestsOf } from './registry.ts';

const parts = inject('parts');

describe.each(parts.engines)('Docker Engine $name', (engine) => {
  it('is the version that it is called', async () => {
    const { Version } = await json<{ Version: string }>(engine.host, '/version');
    expect(Version.startsWith(engine.name)).toBe(true);
  });

  it('speaks BuildKit over /grpc', async () => {
    expect(await upgrade(engine.host, '/grpc', 'h2c')).toBe(101);
  });

  it('runs busybox, and answers with its exit code', async () => {
    expect(await runContainer(engine, parts.busybox.local, ['sh', '-c', 'echo afloat; exit 3'])).toEqual({
      exitCode: 3,
      output: 'afloat\n',
    });
  });

  it('runs a program for arm64 under emulation', async (context) => {
    if (!parts.emulation.ok) cannotHere(context, parts.emulation.reason);
    const image = await publishImage(parts.registries.open, {
      repository: 'base/arm',
      tag: '1',
      architectures: ['arm64'],
    });
    await request(engine.host, `/images/create?fromImage=${encodeURIComponent(image.ref)}&platform=linux/arm64`, {
      method: 'POST',
    });
    const result = await runContainer(engine, image.ref, ['uname', '-m'], { platform: 'linux/arm64' });
    expect(result).toEqual({ exitCode: 0, output: 'aarch64\n' });
  });

  it('lets containers of one network find each other by name', async () => {
    const name = `parts-${engine.name}`;
    const { Id: network } = await json<{ Id: string }>(engine.host, '/networks/create', {
      method: 'POST',
      json: { Name: name },
    });
    const { Id: server } = await json<{ Id: string }>(engine.host, '/containers/create?name=quay', {
      method: 'POST',
      json: {
        Image: parts.busybox.local,
        Cmd: ['nc', '-l', '-p', '8000', '-e', 'echo', 'ahoy'],
        HostConfig: { NetworkMode: name },
      },
    });
    try {
      await request(engine.host, `/containers/${server}/start`, { method: 'POST' });
      const ask = 'for i in 1 2 3 4 5 6 7 8 9 10; do nc quay 8000 </dev/null && exit; sleep 0.2; done; exit 1';
      expect(await runContainer(engine, parts.busybox.local, ['sh', '-c', ask], { network: name })).toMatchObject({
        exitCode: 0,
        output: expect.stringContaining('ahoy') as string,
      });
    } finally {
      await request(engine.host, `/containers/${server}?force=1`, { method: 'DELETE' });
      await request(engine.host, `/networks/${network}`, { method: 'DELETE' });
    }
  });
});

describe('the registries', () => {
  const { open, private: locked } = parts.registries;

  it('one is open, the other wants a password', async () => {
    expect((await request(open.url, '/v2/')).status).toBe(200);
    const refused = await request(locked.url, '/v2/');
    expect(refused.status).toBe(401);
    expect(refused.headers['www-authenticate']).toMatch(/^Basic /);
    expect((await request(locked.url, '/v2/', { headers: authorization(locked.login) })).status).toBe(200);
  });

  it('hold busybox for two architectures behind one digest', async () => {
    const accept = 'application/vnd.docker.distribution.manifest.list.v2+json';
    for (const registry of [open, locked]) {
      const answer = await request(registry.url, '/v2/base/busybox/manifests/1', {
        method: 'HEAD',
        headers: { accept, ...authorization(registry.login) },
      });
      expect(answer.headers['docker-content-digest']).toBe(parts.busybox.digest);
    }
  });

  it('tell what they were asked', async () => {
    const before = (await requestsOf(open)).length;
    await request(open.url, '/v2/base/busybox/tags/list');
    await expect
      .poll(async () => (await requestsOf(open)).slice(before))
      .toEqual([{ method: 'GET', path: '/v2/base/busybox/tags/list', status: 200 }]);
  });

  it('take a new image under an old tag', async () => {
    const plan = { repository: 'base/moving', tag: '1' };
    const first = await publishImage(open, { ...plan, files: { 'etc/version': '1' } });
    const second = await publishImage(open, { ...plan, files: { 'etc/version': '2' } });
    expect(second.ref).toBe(first.ref);
    expect(second.digest).not.toBe(first.digest);
  });
});
