import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, inject, it, onTestFinished, vi } from 'vitest';
import { expectOk, json } from '../../../scripts/parts/http.ts';
import { runContainer } from '../../../scripts/parts/images.ts';
import { cannotHere } from '../../../scripts/parts/need.ts';
import { parsePlatform } from '@shared/model/platform.ts';
import { probeBuildKit } from './probe.ts';
import { buildKitAt, buildOf, built, credentialsFor, folderOf } from './test-build.ts';

const parts = inject('parts');
const base = parts.busybox.local;
const signal = new AbortController().signal;

describe.each(parts.engines)('BuildKit in Docker Engine $name', (engine) => {
  const buildKit = buildKitAt(engine);

  /** What a container of this image prints. */
  async function output(image: string, command: readonly string[]): Promise<string> {
    return (await runContainer(engine, image, command)).output;
  }

  it('is found, with its image store and its platforms', async () => {
    const profile = await probeBuildKit(buildKit.connect, signal);
    expect(profile?.kind).toBe(engine.containerdStore ? 'containerd' : 'graphdriver');
    expect(profile?.platforms[0]).toBe('linux/amd64');
    expect(profile?.platforms).toContain('linux/arm64');
  });

  it('builds an image, tags it twice and tells its id', async () => {
    const root = await folderOf({
      Dockerfile: `FROM ${base}\nCOPY greeting /\nCMD ["cat", "/greeting"]\n`,
      greeting: 'ahoy',
    });
    const { image } = await built(
      buildKit,
      buildOf(root, { tags: ['it/one:1', 'it/two:2'], labels: { 'dev.slipway.run': 'ca1' } }),
    );
    for (const tag of ['it/one:1', 'it/two:2']) {
      const there = await json<{ Id: string; Config: { Labels: unknown } }>(engine.host, `/images/${tag}/json`);
      expect(there).toMatchObject({ Id: image.imageId, Config: { Labels: { 'dev.slipway.run': 'ca1' } } });
    }
    expect(image.digest).toBe(engine.containerdStore ? image.imageId : undefined);
    expect(await output('it/one:1', ['cat', '/greeting'])).toBe('ahoy');
  });

  it('keeps image after image under one name, while the one before is cleared away', async () => {
    const root = await folderOf({
      Dockerfile: `FROM ${base}\nCOPY big /\nCOPY small /\n`,
      big: Buffer.alloc(3_000_000, 'b'),
    });
    const build = buildOf(root, { tags: ['it/moving:1'] });
    for (let round = 0; round < 40; round += 1) {
      await writeFile(path.join(root, 'small'), String(round));
      const { image } = await built(buildKit, build);
      expect(await json(engine.host, '/images/it/moving:1/json')).toMatchObject({ Id: image.imageId });
    }
  });

  it('builds the same over a connection that only this thread can open', async () => {
    const files = { Dockerfile: 'FROM scratch\nCOPY . /\n', big: Buffer.alloc(20 * 1024 * 1024, 'slipway') };
    const root = await folderOf(files);
    const direct = await built(buildKit, buildOf(root, { noCache: true }));
    const relayed = await built(buildKitAt(engine, { sharedKey: randomUUID(), relayed: true }), buildOf(root));
    expect(relayed.sent().bytes).toBeGreaterThan(files.big.length);
    expect(relayed.vertices().get('[1/1] COPY . /')?.cached).toBe(true);
    expect(direct.vertices().get('[1/1] COPY . /')?.cached).toBe(false);
  });

  it('gives build arguments, and leaves one without a value to the Dockerfile', async () => {
    const root = await folderOf({
      Dockerfile: `FROM ${base}\nARG GIVEN=no\nARG OWN=default\nRUN echo "$GIVEN $OWN" > /args\n`,
    });
    const buildArgs = [
      { name: 'GIVEN', value: 'a "b" 가 🚢', secret: false },
      { name: 'OWN', secret: false },
    ];
    await built(buildKit, buildOf(root, { tags: ['it/args'], buildArgs }));
    expect(await output('it/args', ['cat', '/args'])).toBe('a "b" 가 🚢 default\n');
  });

  it('adds hosts, and cuts RUN instructions off the network or puts them on the host’s', async () => {
    const root = await folderOf({
      Dockerfile: `FROM ${base}\nRUN echo ${randomUUID()}; cat /etc/hosts; ls /sys/class/net\n`,
    });
    const addHosts = ['quay.test:10.1.2.3', 'six.test=[fd00::7]'];
    const alone = await built(buildKit, buildOf(root, { network: 'none', addHosts, noCache: true }));
    expect(alone.log()).toMatch(/10\.1\.2\.3\s+quay\.test\s+fd00::7\s+six\.test/);
    expect(alone.log()).not.toMatch(/^eth0$/m);
    const shared = await built(buildKit, buildOf(root, { network: 'host', noCache: true }));
    for (const name of readdirSync('/sys/class/net')) expect(shared.log()).toContain(`${name}\n`);
  });

  it('spends no time on compressing what only this engine can have', async () => {
    const root = await folderOf({ Dockerfile: 'FROM scratch\nCOPY . /\n', cargo: randomUUID() });
    const layersOf = async (tag: string) => {
      await built(buildKit, buildOf(root, { tags: [tag] }));
      const { body } = await expectOk(engine.host, `/images/${encodeURIComponent(tag)}/get`);
      const kinds = /vnd\.(?:oci\.image\.layer\.v1|docker\.image\.rootfs\.diff)\.(tar(?:[.+]gzip)?)"/g;
      return new Set([...body.toString('latin1').matchAll(kinds)].map(([, kind]) => kind?.replace('+', '.')));
    };
    // A graph driver keeps no layers as they are pushed, and says nothing of their kind.
    const [local, pushable] = engine.containerdStore ? [['tar'], ['tar.gzip']] : [[], []];
    expect(await layersOf('it-stays-here:1')).toEqual(new Set(local));
    expect(await layersOf('it/may-be-pushed:1')).toEqual(new Set(pushable));
  });

  it('stops at the target stage', async () => {
    const root = await folderOf({
      Dockerfile: `FROM ${base} AS first\nRUN echo first > /stage\nFROM first AS second\nRUN echo second > /stage\n`,
    });
    const { vertices } = await built(buildKit, buildOf(root, { tags: ['it/target'], target: 'first' }));
    expect(await output('it/target', ['cat', '/stage'])).toBe('first\n');
    expect([...vertices().keys()].filter((name) => name.includes('RUN'))).toEqual([
      '[first 2/2] RUN echo first > /stage',
    ]);
  });

  it('mounts a secret that leaves nothing in the image', async () => {
    const root = await folderOf({
      Dockerfile: `FROM ${base}\nRUN --mount=type=secret,id=token,required=true wc -c < /run/secrets/token > /length\n`,
    });
    const secrets = new Map([['token', () => Promise.resolve(Buffer.from('tide & quay'))]]);
    await built(buildKit, buildOf(root, { tags: ['it/secret'], secrets }));
    expect(await output('it/secret', ['sh', '-c', 'cat /length; cat /run/secrets/token 2>/dev/null | wc -c'])).toBe(
      '11\n0\n',
    );
  });

  it('keeps a cache mount between builds', async () => {
    const count = 'cat /cache/count 2>/dev/null | wc -l';
    const root = await folderOf({
      Dockerfile: `FROM ${base}\nARG TURN\nRUN --mount=type=cache,target=/cache,id=${randomUUID()} ${count}; echo one >> /cache/count\n`,
    });
    const turn = (value: string) =>
      built(buildKit, buildOf(root, { buildArgs: [{ name: 'TURN', value, secret: false }] }));
    expect((await turn('1')).log()).toContain('0\n');
    expect((await turn('2')).log()).toContain('1\n');
  });

  it('marks on the second build what came from the cache', async () => {
    const root = await folderOf({ Dockerfile: `FROM ${base}\nRUN echo ${randomUUID()}\n` });
    const run = (watched: Awaited<ReturnType<typeof built>>) =>
      [...watched.vertices().values()].find(({ name }) => name.includes('RUN'));
    expect(run(await built(buildKit, buildOf(root)))).toMatchObject({ cached: false, status: 'succeeded' });
    expect(run(await built(buildKit, buildOf(root)))).toMatchObject({ cached: true, status: 'succeeded' });
    expect(run(await built(buildKit, buildOf(root, { noCache: true })))).toMatchObject({ cached: false });
  });

  it('tells each vertex with times in order, and a number that output refers to', async () => {
    const root = await folderOf({ Dockerfile: `FROM ${base}\nRUN echo out ${randomUUID()} && echo err >&2\n` });
    const { events, vertices } = await built(buildKit, buildOf(root));
    const run = [...vertices().values()].find(({ name }) => name.includes('RUN'));
    const logs = events.filter((event) => event.kind === 'log' && event.vertex === run?.number);
    expect(logs.map((event) => event.kind === 'log' && event.stream)).toEqual(
      expect.arrayContaining(['stdout', 'stderr']),
    );
    const told = [...vertices().values()];
    expect(told.filter(({ status }) => status !== 'succeeded')).toEqual([]);
    expect(told.filter(({ startTime = '', finishTime = '' }) => startTime === '' || startTime > finishTime)).toEqual(
      [],
    );
    expect(told.map(({ number }) => number).sort((a, b) => a - b)).toEqual(told.map((_, index) => index + 1));
  });

  it('sends a changed file and not the rest', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 200 }, (_, index) => [`files/${index}`, `${index}`.repeat(5000)]),
    );
    const root = await folderOf({ ...files, Dockerfile: 'FROM scratch\nCOPY files /files\n' });
    const again = buildKitAt(engine, { sharedKey: randomUUID() });
    const first = (await built(again, buildOf(root))).sent();
    expect(first.files).toBe(200);
    await writeFile(path.join(root, 'files/17'), 'changed');
    const second = (await built(again, buildOf(root))).sent();
    expect(second.files).toBe(1);
    expect(second.bytes).toBeLessThan(20_000);
  });

  it('reads a .dockerignore of 3,000 lines', async () => {
    const lines = Array.from({ length: 3000 }, (_, index) => `left out/${index}, or so`);
    const root = await folderOf({
      Dockerfile: `FROM ${base}\nCOPY . /src\n`,
      '.dockerignore': lines.join('\n'),
      'left out/2999, or so': 'x',
      'left out/3000, or so': 'x',
    });
    await built(buildKit, buildOf(root, { tags: ['it/ignore'] }));
    expect(await output('it/ignore', ['ls', '/src/left out'])).toBe('3000, or so\n');
  });

  it('builds from a Dockerfile that is ignored, which no COPY sees, by the ignore file of its own', async () => {
    const dockerfile = `FROM ${base}\nCOPY . /src\n`;
    const root = await folderOf({
      Dockerfile: dockerfile,
      'ship/Dockerfile': dockerfile,
      '.dockerignore': 'Dockerfile\n.dockerignore\nship\ncargo\n',
      'ship/Dockerfile.dockerignore': 'ship\nDockerfile\nballast\n.dockerignore\n',
      cargo: 'tea',
      ballast: 'stone',
    });
    const seenBy = async (file: string) => {
      await built(buildKit, buildOf(root, { tags: ['it/own'], context: { root, dockerfile: path.join(root, file) } }));
      return await output('it/own', ['ls', '-A', '/src']);
    };
    expect(await seenBy('Dockerfile')).toBe('ballast\n');
    expect(await seenBy('ship/Dockerfile')).toBe('cargo\n');
  });

  it('builds from a Dockerfile outside of the context, with names in Korean and emoji', async () => {
    const context = await folderOf({ '부두/배 🚢.txt': '출항' });
    const elsewhere = await folderOf({ 도커파일: `FROM ${base}\nCOPY 부두 /quay\n` });
    const build = buildOf(context, {
      tags: ['it/names'],
      context: { root: context, dockerfile: path.join(elsewhere, '도커파일') },
    });
    await built(buildKit, build);
    expect(await output('it/names', ['cat', '/quay/배 🚢.txt'])).toBe('출항');
  });

  it('logs in for a base image, at its registry only', async () => {
    const { login, host } = parts.registries.private;
    const root = await folderOf({ Dockerfile: `FROM ${parts.busybox.private}\nRUN echo ${randomUUID()}\n` });
    const credentials = credentialsFor({ [host]: { username: login.user, password: login.password } });
    const asked = vi.spyOn(credentials, 'forHost');
    await built(buildKit, buildOf(root, { pull: true }), { credentials });
    expect(new Set(asked.mock.calls.map(([registry]) => registry))).toEqual(new Set([host]));
  });

  it('builds for linux/arm64 under emulation', async (context) => {
    if (!parts.emulation.ok) cannotHere(context, parts.emulation.reason);
    const root = await folderOf({ Dockerfile: `FROM ${parts.busybox.open}\nRUN uname -m && echo ${randomUUID()}\n` });
    const { log } = await built(buildKit, buildOf(root, { platforms: [parsePlatform('linux/arm64')] }));
    expect(log()).toContain('aarch64\n');
  });

  it('builds for two platforms at once: one image, or one each where the engine keeps no index', async () => {
    const cargo = randomUUID();
    const root = await folderOf({
      Dockerfile: `FROM --platform=$BUILDPLATFORM ${parts.busybox.open} AS common\nRUN echo common ${cargo}\nFROM ${parts.busybox.open}\nCOPY --from=common /bin/sh /common\nCOPY cargo /cargo\n`,
      cargo,
    });
    const platforms = [parsePlatform('linux/amd64'), parsePlatform('linux/arm64')];
    const { image, vertices, log, sent } = await built(buildKit, buildOf(root, { tags: ['it/multi:1'], platforms }));
    if (engine.containerdStore) expect(image.digest).toMatch(/^sha256:/);
    else {
      expect(image.platforms?.map(({ platform }) => platform)).toEqual(platforms);
      expect(new Set(image.platforms?.map(({ imageId }) => imageId)).size).toBe(2);
    }
    // By number: what turns out to be needed by both loses its platform.
    const names = [...new Map([...vertices()].map(([name, { number }]) => [number, name])).values()];
    for (const platform of ['linux/amd64', 'linux/arm64'])
      expect(
        names.filter((name) => name.startsWith(`[${platform} `) && name.endsWith('COPY cargo /cargo')),
      ).toHaveLength(1);
    // What both need is there, is sent, and is done once.
    expect(names.filter((name) => name.endsWith(`RUN echo common ${cargo}`))).toHaveLength(1);
    expect(log().split(`common ${cargo}`)).toHaveLength(2);
    expect(sent().files).toBe(1);
  });

  it('ends all platforms when one fails, and says which', async () => {
    const root = await folderOf({
      Dockerfile: `FROM --platform=$BUILDPLATFORM ${parts.busybox.open}\nARG TARGETARCH\nRUN test $TARGETARCH != arm64 || exit 7; sleep 600\n`,
    });
    const platforms = [parsePlatform('linux/amd64'), parsePlatform('linux/arm64')];
    const building = built(buildKit, buildOf(root, { platforms, noCache: true }));
    await expect(building).rejects.toMatchObject({ error: { code: 'build.failed', params: { exitCode: 7 } } });
    if (!engine.containerdStore)
      await expect(building).rejects.toMatchObject({ error: { params: { platform: 'linux/arm64' } } });
  });

  describe('with an SSH key', () => {
    // Debian's own programs, with what they are linked to: the image has none.
    const sign = 'ssh-add -L > /key.pub && echo cargo | ssh-keygen -q -Y sign -f /key.pub -n test && cat /key.pub';
    const dockerfile = (mount: string) =>
      `FROM ${base}\nCOPY . /\nENV PATH=/bin:/usr/bin\nRUN --mount=${mount} ${sign} && echo ${randomUUID()}\n`;

    async function clientFolder(mount: string): Promise<string> {
      const linked = execFileSync('ldd', ['/usr/bin/ssh-add', '/usr/bin/ssh-keygen']).toString();
      const files = ['/usr/bin/ssh-add', '/usr/bin/ssh-keygen', ...(linked.match(/(?<=\s)\/lib\S+(?= )/g) ?? [])];
      const contents = await Promise.all(
        [...new Set(files)].map(async (file) => [file, await readFile(file)] as const),
      );
      const folder = await folderOf({ Dockerfile: dockerfile(mount), ...Object.fromEntries(contents) });
      await Promise.all(files.map((file) => chmod(path.join(folder, file), 0o755)));
      return folder;
    }

    async function newKey(...options: readonly string[]): Promise<string> {
      const file = path.join(await folderOf({}), 'key');
      execFileSync('ssh-keygen', ['-q', '-N', '', '-C', 'sailor@quay', '-f', file, ...options]);
      return file;
    }

    it('forwards the agent', async () => {
      const folder = await clientFolder('type=ssh');
      const agent = execFileSync('ssh-agent', ['-s']).toString();
      const socket = /SSH_AUTH_SOCK=([^;]+)/.exec(agent)?.[1] ?? '';
      const pid = Number(/SSH_AGENT_PID=(\d+)/.exec(agent)?.[1]);
      onTestFinished(() => void process.kill(pid));
      execFileSync('ssh-add', ['-q', await newKey()], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
      vi.stubEnv('SSH_AUTH_SOCK', socket);
      onTestFinished(() => void vi.unstubAllEnvs());
      const { log } = await built(buildKit, buildOf(folder, { ssh: [{ id: 'default', paths: [] }] }));
      expect(log()).toMatch(/BEGIN SSH SIGNATURE[^]*sailor@quay/);
    });

    it.each([['ed25519'], ['rsa'], ['ecdsa']])('serves a key file of type %s', async (type) => {
      const folder = await clientFolder('type=ssh,id=mine');
      const { log } = await built(
        buildKit,
        buildOf(folder, { ssh: [{ id: 'mine', paths: [await newKey('-t', type)] }] }),
      );
      expect(log()).toMatch(/BEGIN SSH SIGNATURE[^]*sailor@quay/);
    });
  });
});
