import { createHash } from 'node:crypto';
import { once } from 'node:events';
import net from 'node:net';
import { describe, expect, inject, it, onTestFinished, vi } from 'vitest';
import { expectOk, json, request } from '../../../scripts/parts/http.ts';
import { freePort } from '../../../scripts/parts/registry.ts';
import { isThere, leftOf, never, nothing, openHome, printed, proxyOf, ran, specOf } from './containers-testing.ts';

const parts = inject('parts');
const image = parts.busybox.local;
const sh = (script: string) => specOf(image, ['sh', '-c', script]);
/** One that asks for nothing but to be killed. */
const stubborn = 'trap "echo ignored" TERM; echo ready; while :; do sleep 0.1; done';

describe.each(parts.engines)('a container of Docker Engine $name', ({ host }) => {
  it.each([
    ['true', 0],
    ['false', 1],
    ['exit 125', 125],
    ['exit 126', 126],
    ['exit 127', 127],
    ['exit 137', 137],
    ['kill -9 $$', 0], // the first process of a container takes no SIGKILL from inside
    ['sh -c "kill -9 \\$\\$"; exit $?', 137],
  ])('that runs `%s` ends with %i', async (script, exitCode) => {
    expect(await ran(openHome(host), sh(script))).toMatchObject({ exitCode, outOfMemory: false });
  });

  it('gives both streams whole and in order, however it prints', async () => {
    const script = 'for i in $(seq 1 300); do echo out $i; echo err $i >&2; done; printf 안녕; printf "no newline" >&2';
    const { stdout, stderr } = await ran(openHome(host), sh(script));
    const lines = (word: string) => Array.from({ length: 300 }, (_, index) => `${word} ${index + 1}\n`).join('');
    expect(stdout).toBe(`${lines('out')}안녕`);
    expect(stderr).toBe(`${lines('err')}no newline`);
  });

  it('loses nothing of 100 MB, nor keeps it', async () => {
    const home = openHome(host);
    const size = 100 * 1024 * 1024;
    const id = await home.containers.create(sh(`head -c ${size} /dev/zero | tr '\\0' x; echo end >&2`), never);
    const hash = createHash('sha256');
    let bytes = 0;
    let rest = '';
    let before = 0;
    let most = 0;
    await home.containers.run(
      id,
      (stream, data) => {
        if (stream === 'stderr') rest += Buffer.from(data).toString();
        else {
          if (bytes === 0) before = process.memoryUsage.rss();
          bytes += data.length;
          hash.update(data);
          most = Math.max(most, process.memoryUsage.rss());
        }
      },
      { graceMs: 0 },
      never,
    );
    expect({ bytes, rest }).toEqual({ bytes: size, rest: 'end\n' });
    const expected = createHash('sha256');
    for (let index = 0; index < 100; index++) expected.update(Buffer.alloc(1024 * 1024, 'x'));
    expect(hash.digest('hex')).toBe(expected.digest('hex'));
    expect(most - before).toBeLessThan(80 * 1024 * 1024);
  });

  it('has a terminal when it is to, and one stream then', async () => {
    const spec = { ...sh('test -t 1 && echo terminal; echo err >&2'), terminal: true };
    expect(await ran(openHome(host), spec)).toMatchObject({ stdout: 'terminal\r\nerr\r\n', stderr: '' });
  });

  it('is asked to end with SIGTERM when it isn’t wanted any more, and what it says then is told', async () => {
    const { containers } = openHome(host);
    const id = await containers.create(
      sh('trap "echo bye; exit 3" TERM; echo ready; while :; do sleep 0.1; done'),
      never,
    );
    const output = printed();
    const abort = new AbortController();
    const take: typeof output.take = (...told) => {
      output.take(...told);
      if (output.stdout() === 'ready\n') abort.abort(new Error('not wanted'));
    };
    await expect(containers.run(id, take, { graceMs: 60_000 }, abort.signal)).rejects.toThrow('not wanted');
    expect(output.stdout()).toBe('ready\nbye\n');
    expect(await containers.isRunning(id, never)).toBe(false);
  });

  it('that ignores SIGTERM is killed when its time is over', async () => {
    const { containers } = openHome(host);
    const id = await containers.create(sh(stubborn), never);
    const abort = new AbortController();
    const output = printed();
    const take: typeof output.take = (...told) => {
      output.take(...told);
      if (output.stdout() === 'ready\n') abort.abort(new Error('not wanted'));
    };
    await expect(containers.run(id, take, { graceMs: 700 }, abort.signal)).rejects.toThrow('not wanted');
    expect(output.stdout()).toContain('ignored');
    const { State } = await json<{ State: object }>(host, `/containers/${id}/json`);
    expect(State).toMatchObject({ Running: false, ExitCode: 137 });
  });

  it.each(['attach', 'start', 'wait'])('that is given up at its %s doesn’t go on', async (moment) => {
    const proxy = await proxyOf(host);
    const { containers } = openHome(proxy.host);
    const id = await containers.create(sh('sleep 600'), never);
    const abort = new AbortController();
    const settled = Promise.allSettled([containers.run(id, () => undefined, { graceMs: 0 }, abort.signal)]);
    await vi.waitUntil(() => proxy.requests.some((line) => line.split('?')[0]?.endsWith(`/${moment}`)), {
      interval: 1,
      timeout: 20_000,
    });
    abort.abort(new Error('not wanted'));
    expect(await settled).toMatchObject([{ status: 'rejected', reason: { message: 'not wanted' } }]);
    expect(await containers.isRunning(id, never)).toBe(false);
  });

  it('costs no more questions than it needs', async () => {
    const proxy = await proxyOf(host);
    await ran(openHome(proxy.host), sh('true'));
    const asked = proxy.requests.map((line) => line.replace(/[0-9a-f]{64}/, 'ID').replace(/\?.*/, ''));
    expect(asked.slice(asked.indexOf('POST /containers/create')).filter((line) => line !== 'GET /_ping')).toEqual([
      'POST /containers/create',
      'UPGRADE /containers/ID/attach',
      'POST /containers/ID/start',
      'POST /containers/ID/wait',
      'DELETE /containers/ID',
    ]);
  });

  it('is lost with its engine, and not told as ended', async () => {
    const proxy = await proxyOf(host);
    const { containers } = openHome(proxy.host);
    const id = await containers.create(sh('echo ready; sleep 600'), never);
    onTestFinished(() => void request(host, `/containers/${id}?force=1`, { method: 'DELETE' }));
    onTestFinished(() => proxy.start());
    const run = containers.run(id, () => void proxy.stop(), { graceMs: 0 }, never);
    await expect(run).rejects.toMatchObject({ error: { code: 'engine.lost', params: { host: proxy.host } } });
  });

  it('is stopped when whoever takes its output can’t any more', async () => {
    const { containers } = openHome(host);
    const id = await containers.create(sh('echo one; sleep 600'), never);
    const full = () => {
      throw new Error('no room for this');
    };
    await expect(containers.run(id, full, { graceMs: 0 }, never)).rejects.toMatchObject({
      error: { cause: 'no room for this' },
    });
    expect(await containers.isRunning(id, never)).toBe(false);
  });

  it.each([
    ['a command that isn’t there', ['no-such-command'], { exitCode: 127, command: 'no-such-command' }],
    ['a path that isn’t there', ['/no/such'], { exitCode: 127 }],
    ['what is no program', ['/etc/passwd'], { exitCode: 126 }],
    ['a folder', ['/etc'], { exitCode: 126 }],
  ])('doesn’t start with %s', async (_, args, params) => {
    const { containers } = openHome(host);
    const id = await containers.create(specOf(image, args), never);
    const run = containers.run(id, () => undefined, { graceMs: 0 }, never);
    await expect(run).rejects.toMatchObject({ error: { code: 'container.startFailed', params } });
    await containers.remove(id, { graceMs: 0 }, never);
  });

  it('says which port is taken', async () => {
    const { containers } = openHome(host);
    const server = net.createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as net.AddressInfo;
    const spec = { ...sh('true'), network: { kind: 'default' }, ports: [`127.0.0.1:${port}:80`] } as const;
    const id = await containers.create(spec, never);
    await expect(containers.run(id, () => undefined, { graceMs: 0 }, never)).rejects.toMatchObject({
      error: { code: 'container.startFailed', params: { exitCode: 125, port } },
    });
  });

  it('says which port another container has', async () => {
    const home = openHome(host);
    const port = await freePort();
    const spec = { ...sh('sleep 600'), network: { kind: 'default' }, ports: [`127.0.0.1:${port}:80`] } as const;
    const [one, other] = await Promise.all([home.containers.create(spec, never), home.containers.create(spec, never)]);
    await home.containers.startDetached(one, () => undefined, never, never);
    await expect(home.containers.startDetached(other, () => undefined, never, never)).rejects.toMatchObject({
      error: { code: 'container.startFailed', params: { exitCode: 125, port } },
    });
  });

  it('that takes more memory than it may have is told apart from one that was killed', async ({ skip }) => {
    const limited = { ...sh('x=0123456789; while :; do x=$x$x; done'), memory: '16m' };
    const home = openHome(host);
    const id = await home.containers.create(limited, never);
    const info = await expectOk(host, '/info');
    if (!(JSON.parse(info.body.toString()) as { MemoryLimit: boolean }).MemoryLimit) skip('no memory limits here');
    expect(await home.containers.run(id, () => undefined, { graceMs: 0 }, never)).toEqual({
      exitCode: 137,
      outOfMemory: true,
    });
  });

  it('that is removed by somebody else ends', async () => {
    const { containers } = openHome(host);
    const id = await containers.create(sh('echo ready; sleep 600'), never);
    const take = () => void expectOk(host, `/containers/${id}?force=1`, { method: 'DELETE' });
    expect(await containers.run(id, take, { graceMs: 0 }, never)).toEqual({ exitCode: 137, outOfMemory: false });
    expect(await containers.isRunning(id, never)).toBe(false);
  });

  it('is left running with its output flowing, until it is stopped', async () => {
    const home = openHome(host);
    const id = await home.containers.create(
      sh('trap "echo bye; exit 0" TERM; i=0; while :; do i=$((i+1)); echo line $i; sleep 0.05; done'),
      never,
    );
    const output = printed();
    await home.containers.startDetached(id, output.take, never, never);
    await expect.poll(output.stdout, { timeout: 20_000 }).toContain('line 5\n');
    expect(await home.containers.isRunning(id, never)).toBe(true);
    await home.containers.remove(id, { graceMs: 20_000 }, never);
    // All of it was told when it is removed.
    expect(output.stdout()).toMatch(/^line 1\nline 2\n[^]*line \d+\nbye\n$/);
    expect(await home.containers.isRunning(id, never)).toBe(false);
    expect(await leftOf(home)).toEqual(nothing);
  });

  it('that was left is let run when its output isn’t wanted any more', async () => {
    const home = openHome(host);
    const id = await home.containers.create(sh('while :; do echo line; sleep 0.02; done'), never);
    const stopped = new AbortController();
    const output = printed();
    await home.containers.startDetached(id, output.take, stopped.signal, never);
    await expect.poll(output.stdout, { timeout: 20_000 }).toContain('line');
    stopped.abort();
    const before = output.stdout();
    await ran(home, sh('sleep 0.1')); // time in which it prints several lines
    expect(output.stdout()).toBe(before);
    expect(await home.containers.isRunning(id, never)).toBe(true);
  });

  it('takes its volumes along when it is removed, and may be removed twice', async () => {
    const { containers } = openHome(host);
    const id = await containers.create(sh(stubborn), never);
    await containers.startDetached(id, () => undefined, never, never);
    await containers.remove(id, { graceMs: 300 }, never);
    expect(await isThere(host, `/containers/${id}/json`)).toBe(false);
    await containers.remove(id, { graceMs: 300 }, never);
    await containers.remove('0'.repeat(64), { graceMs: 0 }, never);
    expect(await containers.isRunning(id, never)).toBe(false);
  });
});
