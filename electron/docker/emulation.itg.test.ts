import { randomBytes } from 'node:crypto';
import { describe, expect, inject, it } from 'vitest';
import { parsePlatform } from '@shared/model/platform.ts';
import { toAppError } from '@shared/model/app-error.ts';
import { json } from '../../scripts/parts/http.ts';
import { publishImage } from '../../scripts/parts/images.ts';
import { runLabel } from '../engine/ports.ts';
import { checkPlatforms } from '../engine/run/check-platforms.ts';
import { emulationOwner, setUpEmulation } from '../engine/set-up-emulation.ts';
import { buildOf, folderOf, noCredentials, watch } from './buildkit/test-build.ts';
import { leftOf, never, openHome, proxyOf, ran, specOf } from './containers/containers-testing.ts';

const parts = inject('parts');
const owner = { pid: 17, started: 'boot.4711' };
const { open } = parts.registries;
/** `e_machine` of an ELF file (elf.h): what a program is for, whatever the kernel calls itself. */
const machines = { 'linux/amd64': '3e00', 'linux/386': '0300', 'linux/arm/v7': '2800', 'linux/arm64': 'b700' } as const;
const machineOf = ['od', '-An', '-tx1', '-j18', '-N2', '/proc/self/exe'];

describe.each(parts.engines)('images for other processors on Docker Engine $name', ({ host, containerdStore }) => {
  it.runIf(parts.emulation.ok).each(Object.entries(machines))('%s is built, and runs', async (name, machine) => {
    const home = openHome(host);
    const { ref } = await publishImage(open, {
      repository: `emulated/${randomBytes(4).toString('hex')}`,
      tag: '1',
      architectures: ['amd64', '386', 'arm', 'arm64'],
    });
    const folder = await folderOf({
      Dockerfile: `FROM ${ref}\nARG TARGETARCH TARGETVARIANT\nRUN ${machineOf.join(' ')} > /built && echo "built $TARGETARCH$TARGETVARIANT $(cat /built)"\n`,
    });
    const image = `slipway-test/emulated-${randomBytes(4).toString('hex')}:1`;
    const platform = parsePlatform(name);
    const build = buildOf(folder, { tags: [image], platforms: [platform] });
    await checkPlatforms(build, home.engine, never);
    const { listen, log } = watch();
    const { imageId } = await home.engine.build(build, noCredentials, listen, never);
    const target = name.split('/').slice(1).join('');
    expect(log().replaceAll(/\s+/g, ' ')).toContain(`built ${target} ${machine.slice(0, 2)} ${machine.slice(2)}`);

    const { Os, Architecture } = await json<{ Os: string; Architecture: string }>(host, `/images/${imageId}/json`);
    expect(`${Os}/${Architecture}`).toBe(name.split('/').slice(0, 2).join('/'));
    const { stdout } = await ran(home, specOf(image, machineOf, containerdStore ? { platform: name } : {}));
    expect(stdout.replaceAll(/\s/g, '')).toBe(machine);
    await home.containers.removeImage(image, never);
  });

  it('are refused before anything is sent where nothing can run them, and not where nothing has to', async () => {
    const { engine } = openHome(host);
    // The engine as it is where nobody has set up QEMU: the machine of the tests has it.
    const bare = {
      find: async (signal: AbortSignal) => ({ ...(await engine.find(signal)), platforms: ['linux/amd64'] }),
      platforms: () => Promise.resolve(['linux/amd64']),
    };
    const check = async (text: string, name: string, who: Parameters<typeof checkPlatforms>[1] = bare) => {
      const build = buildOf(await folderOf({ Dockerfile: text }), { platforms: [parsePlatform(name)] });
      return checkPlatforms(build, who, never).then(() => undefined, toAppError);
    };
    expect(await check('FROM scratch\nCOPY . /\nRUN make\n', 'linux/arm64')).toMatchObject({
      code: 'platform.noEmulation',
      params: { platform: 'linux/arm64' },
      where: { file: 'Dockerfile', line: 3 },
      fixes: [{ kind: 'setUpEmulation' }, { kind: 'editInputs' }],
    });
    const cross = 'FROM --platform=$BUILDPLATFORM base AS made\nRUN make\nFROM scratch\nCOPY --from=made /x /x\n';
    expect(await check(cross, 'linux/arm64')).toBeUndefined();
    expect(await check(cross, 'windows/amd64', engine)).toMatchObject({
      code: 'platform.otherSystem',
      params: { platform: 'windows/amd64', os: 'windows', engine: 'linux' },
    });
    // It has come meanwhile.
    const stale = { find: bare.find, platforms: () => Promise.resolve(['linux/amd64', 'linux/arm64']) };
    expect(await check('FROM scratch\nRUN make\n', 'linux/arm64', stale)).toBeUndefined();
  });

  it('get their emulation from a container with all rights, and with nothing else', async () => {
    const { ref, digest } = await publishImage(open, {
      repository: `binfmt/${randomBytes(4).toString('hex')}`,
      tag: 'qemu-v1',
      entryPoint: ['sh', '-c', 'echo installing: "$@"', 'binfmt'],
    });
    // By version and digest, as the real one.
    const image = `${ref}@${digest}`;
    const asked: { readonly Labels: Readonly<Record<string, string>> }[] = [];
    const proxy = await proxyOf(host, {
      onBody: (request, body) =>
        request.endsWith('POST /containers/create') &&
        asked.push(JSON.parse(body.toString()) as { readonly Labels: Readonly<Record<string, string>> }),
    });
    const home = openHome(proxy.host);
    const outcome = await setUpEmulation(home.engine, image, noCredentials, owner, never).then(
      () => undefined,
      toAppError,
    );
    expect(asked).toMatchObject([
      {
        Image: image,
        Cmd: ['--install', 'all'],
        HostConfig: { Privileged: true, NetworkMode: 'none', PortBindings: {}, Mounts: [] },
      },
    ]);
    expect(emulationOwner(asked[0]?.Labels[runLabel] ?? '')).toEqual(owner);
    // Containers with all rights don't start on every machine that tests run on; then the engine's own words say why not.
    if (outcome !== undefined) {
      expect(outcome).toMatchObject({ code: 'platform.emulationFailed', params: { image } });
      expect(outcome.cause).not.toBe('');
    }
    expect(await leftOf({ host, homeId: home.homeId })).toMatchObject({ containers: [] });
  });

  it('tells what a set-up that fails has printed', async () => {
    const { ref } = await publishImage(open, {
      repository: `binfmt/${randomBytes(4).toString('hex')}`,
      tag: 'none',
    });
    const { engine } = openHome(host);
    const outcome = await setUpEmulation(engine, ref, noCredentials, owner, never).then(() => undefined, toAppError);
    expect(outcome).toMatchObject({ code: 'platform.emulationFailed', params: { image: ref } });
    expect(outcome?.cause).toMatch(/--install|permitted|denied/);
  });
});
