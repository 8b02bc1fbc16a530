import { describe, expect, inject, it } from 'vitest';
import { json } from '../../../scripts/parts/http.ts';
import { homeLabel, runLabel } from '../../engine/ports.ts';
import { leftOf, never, openHome, proxyOf, ran, specOf } from './containers-testing.ts';

const parts = inject('parts');
const image = parts.busybox.local;

interface Inspected {
  readonly Name: string;
  readonly Config: Readonly<Record<string, unknown>> & { readonly Labels: object };
  readonly HostConfig: Readonly<Record<string, unknown>>;
}

describe.each(parts.engines)('a container made in Docker Engine $name', ({ host }) => {
  const inspect = (id: string) => json<Inspected>(host, `/containers/${id}/json`);

  it('has a name of its own, and the labels of its run', async () => {
    const home = openHome(host);
    const spec = { ...specOf(image, ['true']), runId: 'ca7', stepId: '빌드 & "test"/../x' };
    const ids = await Promise.all([home.containers.create(spec, never), home.containers.create(spec, never)]);
    const made = await Promise.all(ids.map(inspect));
    expect(new Set(made.map(({ Name }) => Name)).size).toBe(2);
    for (const { Name, Config } of made) {
      expect(Name).toMatch(/^\/slipway-ca7-test-\.\.-x-[0-9a-f]{8}$/);
      expect(Config.Labels).toMatchObject({ [homeLabel]: home.homeId, [runLabel]: 'ca7' });
    }
  });

  it('is made of all that it is to have', async () => {
    const { containers } = openHome(host);
    const id = await containers.create(
      specOf(image, ['-c', 'true'], {
        entryPoint: ['/bin/sh'],
        env: ['A=b=c', 'EMPTY='],
        workingDirectory: '/somewhere/새 폴더',
        user: 'nobody:nogroup',
        cpus: '0.5',
        memory: '32m',
        network: { kind: 'default' },
        ports: ['127.0.0.1:18080:80', '18081-18082:81-82/udp', '83'],
        expose: ['90-91'],
        mounts: [
          { kind: 'volume', volume: 'slipway-test-all', path: '/data', readOnly: true },
          { kind: 'bind', source: '/tmp', path: '/host' },
        ],
      }),
      never,
    );
    const { Config, HostConfig } = await inspect(id);
    expect(Config).toMatchObject({
      Image: image,
      Cmd: ['-c', 'true'],
      Entrypoint: ['/bin/sh'],
      Env: ['A=b=c', 'EMPTY=', 'PATH=/bin'],
      WorkingDir: '/somewhere/새 폴더',
      User: 'nobody:nogroup',
      Tty: false,
      ExposedPorts: { '80/tcp': {}, '81/udp': {}, '82/udp': {}, '83/tcp': {}, '90/tcp': {}, '91/tcp': {} },
    });
    expect(HostConfig).toMatchObject({
      NanoCpus: 500_000_000,
      Memory: 32 * 1024 * 1024,
      Privileged: false,
      PortBindings: {
        '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '18080' }],
        '81/udp': [{ HostIp: '', HostPort: '18081' }],
        '82/udp': [{ HostIp: '', HostPort: '18082' }],
        '83/tcp': [{ HostIp: '', HostPort: '' }],
      },
      Mounts: [
        { Type: 'volume', Source: 'slipway-test-all', Target: '/data', ReadOnly: true },
        { Type: 'bind', Source: '/tmp', Target: '/host' },
      ],
    });
  });

  it('is privileged when it is to be', async () => {
    // Such a container doesn't start on every machine that tests.
    const { containers } = openHome(host);
    const id = await containers.create(specOf(image, ['true'], { privileged: true }), never);
    expect((await inspect(id)).HostConfig).toMatchObject({ Privileged: true });
  });

  it.each([
    ['host', { kind: 'host' }, 'host'],
    ['none', { kind: 'none' }, 'none'],
    ['the engine’s own', { kind: 'default' }, /^(default|bridge)$/],
  ] as const)('has the network that it is to have: %s', async (_, network, mode) => {
    const { containers } = openHome(host);
    const id = await containers.create(specOf(image, ['true'], { network }), never);
    const { HostConfig } = await inspect(id);
    expect(HostConfig['NetworkMode']).toMatch(mode);
  });

  it('runs with its folder, user and variables; an empty entry point resets the image’s', async () => {
    const spec = specOf(image, ['sh', '-c', 'pwd; id -un; echo "$A"'], {
      entryPoint: [],
      env: ['A=값 with spaces & "quotes" $HOME'],
      workingDirectory: '/made/for it',
      user: 'nobody',
    });
    const { stdout } = await ran(openHome(host), spec);
    expect(stdout).toBe('/made/for it\nnobody\n값 with spaces & "quotes" $HOME\n');
  });

  it('takes the image’s own command when it is given none', async () => {
    const { containers } = openHome(host);
    const id = await containers.create(specOf(image, []), never);
    expect((await inspect(id)).Config).toMatchObject({ Cmd: ['sh'], Entrypoint: null });
    // As with docker run, another entry point drops it.
    const other = await containers.create(specOf(image, [], { entryPoint: ['/bin/true'] }), never);
    expect((await inspect(other)).Config).toMatchObject({ Cmd: null, Entrypoint: ['/bin/true'] });
  });

  it('keeps its variables out of the address that is asked', async () => {
    const addresses: string[] = [];
    const proxy = await proxyOf(host, { onAddress: (address) => addresses.push(address) });
    await openHome(proxy.host).containers.create(specOf(image, ['true'], { env: ['TOKEN=hush'] }), never);
    expect(addresses.filter((address) => address.startsWith('/containers/create?name='))).toHaveLength(1);
    expect(addresses.join('\n')).not.toMatch(/hush|TOKEN/);
  });

  it.each([
    ['a path that is no path', { workingDirectory: 'relative' }],
    ['too little memory', { memory: '1k' }],
    ['a mount point that is no path', { mounts: [{ kind: 'volume', volume: 'v', path: 'relative' }] }],
    ['a folder that isn’t there', { mounts: [{ kind: 'bind', source: '/no/such/folder', path: '/x' }] }],
    ['more processors than there are', { cpus: '4000' }],
  ] as const)('says in the engine’s words what it refuses: %s', async (_, options) => {
    const home = openHome(host);
    await expect(home.containers.create(specOf(image, ['true'], options), never)).rejects.toMatchObject({
      error: { code: 'container.invalid', cause: expect.stringMatching(/\w+ \w+/) as string },
    });
    expect(await leftOf(home)).toMatchObject({ containers: [] });
  });

  it.each([
    ['ports', { ports: ['80:http'] }, 'ports: 80:http'],
    ['cpus', { cpus: 'half' }, 'cpus: half'],
    ['memory', { memory: 'lots' }, 'memory: lots'],
  ])('says which of its %s makes no sense', async (option, options, text) => {
    const { containers } = openHome(host);
    await expect(containers.create(specOf(image, ['true'], options), never)).rejects.toMatchObject({
      error: { code: 'container.invalid', params: { option, text }, fixes: [{ kind: 'editInputs' }] },
    });
  });

  it('wants an image that is there', async () => {
    const { containers } = openHome(host);
    const missing = `${parts.registries.open.host}/no/such:image`;
    await expect(containers.create(specOf(missing, ['true']), never)).rejects.toMatchObject({
      error: { code: 'image.notFound', params: { image: missing } },
    });
    const spec = specOf(image, ['true'], { platform: 'linux/386' });
    await expect(containers.create(spec, never)).rejects.toMatchObject({ error: { code: 'image.notFound' } });
  });
});
