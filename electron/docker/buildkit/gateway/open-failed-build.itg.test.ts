import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished, vi } from 'vitest';
import { parsePlatform } from '@shared/model/platform.ts';
import { json } from '../../../../scripts/parts/http.ts';
import { cannotHere } from '../../../../scripts/parts/need.ts';
import type { ImageBuild } from '../../../engine/ports.ts';
import type { ContainerTerminal } from '../../../engine/ports/containers.ts';
import { person } from '../../containers/terminal-testing.ts';
import { processesNaming } from '../../processes-testing.ts';
import { probeBuildKit } from '../probe.ts';
import { buildKitAt, buildOf, folderOf, noCredentials } from '../test-build.ts';
import { openFailedBuild } from './open-failed-build.ts';

const parts = inject('parts');
const base = parts.busybox.local;
const never = new AbortController().signal;
const shell = { commands: [['/bin/bash'], ['/bin/sh']], columns: 99, rows: 33, env: ['TERM=xterm-256color'] };
const kill = path.resolve('.cache', `failed-build-child-${process.pid}.mjs`);

beforeAll(async () => {
  const bundle = await rolldown({
    input: path.join(import.meta.dirname, 'child-testing.ts'),
    platform: 'node',
    external: (id) => !/^[./]|^@shared/.test(id),
    resolve: { alias: { '@shared': path.resolve('shared') } },
  });
  await bundle.write({ file: kill, format: 'esm', codeSplitting: false });
  await bundle.close();
});
afterAll(() => rm(kill, { force: true }));

describe.each(parts.engines)('a shell in a failed build of Docker Engine $name', (engine) => {
  const buildKit = buildKitAt(engine);
  /** Whether this engine keeps what a failed instruction left behind. */
  const keepsWhatIsLeft = engine.name !== '20.10';

  /** Opens one; it is closed with the test. */
  async function open(
    dockerfile: string,
    options: Partial<ImageBuild> = {},
    files: Readonly<Record<string, string>> = {},
    commands: readonly (readonly string[])[] = shell.commands,
  ): Promise<ContainerTerminal> {
    const root = await folderOf({ Dockerfile: dockerfile, ...files });
    const wanted = { ...shell, commands };
    const terminal = await openFailedBuild(buildKit, buildOf(root, options), noCredentials, wanted, never);
    onTestFinished(() => terminal.close());
    return terminal;
  }

  it('is told from asking the engine', async () => {
    const profile = await probeBuildKit(buildKit.connect, never);
    expect(profile?.buildShell).toBe(keepsWhatIsLeft ? 'left' : 'found');
  });

  it('has the files, variables, folder and user of the instruction, and the size of its window', async () => {
    const terminal = await open(`FROM ${base} AS base
RUN echo before > /made
FROM base
ENV CARGO="green tea"
ARG PORT=Busan
WORKDIR /quay
RUN echo in the second stage > earlier && chown 1234:5678 .
USER 1234:5678
RUN echo "left at $PORT" > left; exit 3
`);
    const { types, sees } = person(terminal);
    await types('stty size; tty; pwd; id; echo "$CARGO, $PORT, $TERM"; cat /made earlier\n');
    await sees(
      /33 99\r\n\/dev\/(pts\/\d+|console)\r\n\/quay\r\nuid=1234 gid=5678.*\r\ngreen tea, Busan, xterm-256color\r\nbefore\r\nin the second stage\r\n/,
    );
    await types('cat left\n');
    await sees(keepsWhatIsLeft ? /left at Busan\r\n/ : /No such file/);
    await terminal.resize(120, 41);
    await types('stty size\n');
    await sees(/41 120\r\n/);
    await types('exit 7\n');
    expect(await terminal.ended).toBe(7);
    // Nobody minds those who come late.
    await terminal.resize(10, 10);
    await types('too late\n');
    await terminal.close();
  });

  it('has the mounts of the instruction', async () => {
    const terminal = await open(
      `FROM ${base}
RUN --mount=type=cache,target=/stores echo kept > /stores/tea
RUN --mount=type=secret,id=seal --mount=type=cache,target=/stores --mount=type=bind,source=list,target=/list \
    --mount=type=tmpfs,target=/scratch false
`,
      { secrets: new Map([['seal', () => Promise.resolve(Buffer.from('red wax\n'))]]) },
      { list: 'of goods\n' },
    );
    const { types, sees } = person(terminal);
    await types('cat /run/secrets/seal /stores/tea /list; stat -f -c %T /scratch\n');
    await sees(/red wax\r\nkept\r\nof goods\r\ntmpfs\r\n/);
    await types('exit\n');
    expect(await terminal.ended).toBe(0);
  });

  it('has the network of the instruction, and newer engines its hosts', async () => {
    const terminal = await open(`FROM ${base}\nRUN false\n`, { network: 'none', addHosts: ['quay:10.1.2.3'] });
    const { types, sees } = person(terminal);
    await types('echo "net: $(ls /sys/class/net), hosts: $(grep -c quay /etc/hosts)"\n');
    await sees(keepsWhatIsLeft ? /net: lo, hosts: 1\r\n/ : /net: lo, hosts: 0\r\n/);
    await types('exit\n');
    expect(await terminal.ended).toBe(0);
  });

  it('takes a shell that has something to complain of', async () => {
    const terminal = await open(
      `FROM ${base}\nCOPY --chmod=755 noisy /\nRUN false\n`,
      {},
      { noisy: '#!/bin/sh\necho "no locale" >&2\nexec /bin/sh "$@"\n' },
      [['/none'], ['/noisy']],
    );
    const { types, sees } = person(terminal);
    await types('exit 4\n');
    await sees('no locale');
    expect(await terminal.ended).toBe(4);
  });

  it('takes keys as a terminal does, and shows all that there is to show', async () => {
    const terminal = await open(`FROM ${base}\nRUN false\n`);
    const { types, sees, shown } = person(terminal);
    await sees('# ');
    await types('sleep 600\n');
    await sees('sleep 600');
    await types('\u0003');
    await types('echo "code $?" 안녕\n');
    await sees(/code 130 안녕\r\n/);
    await types('for i in $(seq 20000); do echo "line $i"; done; echo that is "al"l\n');
    await sees(/that is all\r\n/);
    const lines = shown().match(/^line \d+\r$/gm) ?? [];
    expect(lines).toEqual(Array.from({ length: 20_000 }, (_, index) => `line ${index + 1}\r`));
    await types('\u0004');
    expect(await terminal.ended).toBe(0);
  });

  it('changes nothing for the next one, nor for the build', async () => {
    const dockerfile = `FROM ${base}\nRUN echo good > /file\nRUN test -f /mended\n`;
    const first = await open(dockerfile);
    const before = person(first);
    await before.types('echo spoilt > /file; touch /mended; cat /file\n');
    await before.sees(/spoilt\r\n/);
    await first.close();
    const terminal = await open(dockerfile);
    const { types, sees } = person(terminal);
    await types('cat /file; ls /mended\n');
    await sees(/good\r\nls: \/mended: No such file/);
    await types('exit 0\n');
    expect(await terminal.ended).toBe(0);
  });

  it('ends with all that runs in it when it is closed', async () => {
    const word = randomUUID();
    const terminal = await open(`FROM ${base}\nRUN false\n`);
    await person(terminal).types(`sh -c "trap : HUP INT TERM; sleep 600; : ${word}"\n`);
    await expect.poll(() => processesNaming(word), { timeout: 20_000 }).toHaveLength(1);
    await terminal.close();
    expect(await processesNaming(word)).toEqual([]);
    expect(await terminal.ended).toBeGreaterThan(128);
    expect(terminal.output.readableEnded || terminal.output.readable).toBe(true);
  });

  it('is closed while it prints without end, and nobody reads', async () => {
    const word = randomUUID();
    const terminal = await open(`FROM ${base}\nRUN false\n`);
    await terminal.write(Buffer.from(`sh -c "yes ${word}"\n`));
    await expect.poll(() => terminal.output.readableLength, { timeout: 20_000 }).toBeGreaterThan(8_000);
    await terminal.close();
    expect(await processesNaming(word)).toEqual([]);
    expect(await terminal.ended).toBeGreaterThan(128);
  });

  it('leaves nothing in use', async () => {
    // Docker 28 answers 404 where something goes while it counts.
    const inUse = () =>
      vi.waitFor(async () => {
        const { BuildCache } = await json<{ BuildCache: { ID: string; InUse: boolean }[] }>(engine.host, '/system/df');
        return BuildCache.filter(({ InUse }) => InUse).map(({ ID }) => ID);
      });
    const before = await inUse();
    const during = async () => (await inUse()).filter((id) => !before.includes(id));
    const terminal = await open(`FROM ${base}\nRUN echo ${randomUUID()} > /file; false\n`);
    expect(await during()).not.toEqual([]);
    await terminal.close();
    await expect.poll(during).toEqual([]);
  });

  it('ends when nobody looks any more', async () => {
    const terminal = await open(`FROM ${base}\nRUN false\n`);
    terminal.output.destroy();
    expect(await terminal.ended).toBeGreaterThan(128);
  });

  it('ends when the engine is lost', async () => {
    const root = await folderOf({ Dockerfile: `FROM ${base}\nRUN false\n` });
    const sockets: net.Socket[] = [];
    const connect = () => {
      const socket = net.connect(new URL(engine.host).pathname);
      sockets.push(socket);
      return Promise.resolve(socket);
    };
    const terminal = await openFailedBuild({ ...buildKit, connect }, buildOf(root), noCredentials, shell, never);
    const word = randomUUID();
    await person(terminal).types(`sh -c "sleep 600; : ${word}"\n`);
    await expect.poll(() => processesNaming(word), { timeout: 20_000 }).toHaveLength(1);
    for (const socket of sockets) socket.destroy();
    await expect(terminal.ended).rejects.toMatchObject({ error: { code: 'engine.lost' } });
    await expect.poll(() => processesNaming(word), { timeout: 20_000 }).toEqual([]);
    await terminal.close();
  });

  it('leaves nothing running when its process is killed', async () => {
    const root = await folderOf({ Dockerfile: `FROM ${base}\nRUN false\n` });
    const word = randomUUID();
    const args = [new URL(engine.host).pathname, root, buildKit.store, word];
    const child: ChildProcess = fork(kill, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    // The child's own command line has the word as well.
    await expect.poll(() => processesNaming(word), { timeout: 60_000 }).toHaveLength(2);
    child.kill('SIGKILL');
    await expect.poll(() => processesNaming(word), { timeout: 20_000 }).toEqual([]);
  });

  it('is given up while the instruction still runs', async () => {
    const word = randomUUID();
    const root = await folderOf({ Dockerfile: `FROM ${base}\nRUN sleep 600; : ${word}\n` });
    const controller = new AbortController();
    const opening = openFailedBuild(buildKit, buildOf(root), noCredentials, shell, controller.signal);
    await expect.poll(() => processesNaming(word), { timeout: 60_000 }).not.toEqual([]);
    const reason = new Error('enough');
    controller.abort(reason);
    await expect(opening).rejects.toBe(reason);
    expect(await processesNaming(word)).toEqual([]);
  });

  it('stays when it is given up too late', async () => {
    const root = await folderOf({ Dockerfile: `FROM ${base}\nRUN false\n` });
    const controller = new AbortController();
    const terminal = await openFailedBuild(buildKit, buildOf(root), noCredentials, shell, controller.signal);
    controller.abort();
    const { types, sees } = person(terminal);
    await types('echo still he""re\n');
    await sees(/still here\r\n/);
    await types('exit\n');
    expect(await terminal.ended).toBe(0);
  });

  it.each([
    ['build.notFailed', 'FROM BASE\nRUN true\n', {}],
    ['build.failed', 'FROM BASE\nCOPY missing /\n', {}],
    ['dockerfile.invalid', 'FROM BASE\nRUM false\n', { where: { line: 2 } }],
    ['dockerfile.targetNotFound', 'FROM BASE\nRUN false\n', {}, { target: 'none' }],
    ['image.notFound', `FROM ${parts.registries.open.host}/no/such:1\nRUN false\n`, {}],
    ['secret.notFound', 'FROM BASE\nRUN --mount=type=secret,id=seal,required=true false\n', {}],
    [
      'container.noShell',
      'FROM BASE AS base\nFROM scratch\nCOPY --from=base /bin/busybox /busybox\nRUN ["/busybox", "false"]\n',
      { params: { commands: '/bin/bash, /bin/sh' } },
    ],
  ])('says why there is none: %s', async (code, dockerfile, more, options: Partial<ImageBuild> = {}) => {
    await expect(open(dockerfile.replaceAll('BASE', base), options)).rejects.toMatchObject({
      error: { code, ...more },
    });
  });

  it('is opened for the platform that fails', async (context) => {
    if (!parts.emulation.ok) cannotHere(context, parts.emulation.reason);
    const platforms = ['linux/amd64', 'linux/arm64'].map(parsePlatform);
    const terminal = await open(`FROM ${parts.busybox.open}\nRUN test $(uname -m) = x86_64\n`, { platforms });
    const { types, sees } = person(terminal);
    await types('uname -m\n');
    await sees(/aarch64\r\n/);
    await types('exit\n');
    expect(await terminal.ended).toBe(0);
  });
});
