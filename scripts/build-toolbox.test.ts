import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { architectures, build, cannotBuild, placesOf } from './build-toolbox.mjs';
import { cannotHere } from './parts/need.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'slipway-toolbox-test-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.each(architectures)('the toolbox for %s', (architecture) => {
  it('is what its source makes, byte for byte', async (context) => {
    const reason = cannotBuild(architecture);
    // Compilers of two architectures are a lot to install for this alone.
    if (reason !== undefined) cannotHere(context, reason, { evenInCI: true });
    const [committed = ''] = placesOf(architecture);
    await build(architecture, path.join(folder, architecture));
    expect((await readFile(path.join(folder, architecture))).equals(await readFile(committed))).toBe(true);
  });

  it('is the same in every sample, small, and needs no other file', async () => {
    const [first = '', ...copies] = placesOf(architecture);
    const program = await readFile(first);
    expect(copies.length).toBeGreaterThan(0);
    for (const copy of copies) expect([copy, (await readFile(copy)).equals(program)]).toEqual([copy, true]);
    expect(program.length).toBeLessThan(50_000);
    // ELF: no program header asks for an interpreter (PT_INTERP, 3).
    const headers = Array.from({ length: program.readUInt16LE(56) }, (_, at) =>
      program.readUInt32LE(Number(program.readBigUInt64LE(32)) + at * program.readUInt16LE(54)),
    );
    expect(headers).not.toContain(3);
  });
});

const native = { x64: 'amd64', arm64: 'arm64' }[process.arch as string];

describe.skipIf(process.platform !== 'linux' || native === undefined)('the toolbox', () => {
  const [program = ''] = placesOf(native === 'arm64' ? 'arm64' : 'amd64');
  const toolbox = (...words: string[]) => {
    const { status, stdout, stderr } = spawnSync(program, words, {
      cwd: folder,
      encoding: 'utf8',
      env: { WITH: 'a=b c' },
    });
    return { status, said: (stdout + stderr).trim() };
  };
  const chart = async (name: string, text: string) => {
    await mkdir(path.join(folder, name, 'templates'), { recursive: true });
    await writeFile(path.join(folder, name, 'Chart.yaml'), text);
    await writeFile(path.join(folder, name, 'values.yaml'), 'v'.repeat(70_000));
    await writeFile(path.join(folder, name, 'templates/b.yaml'), 'b');
    await writeFile(path.join(folder, name, 'templates/a.yaml'), 'a');
  };

  it.each<[words: string[], status: number, said: string]>([
    [['print', 'hello', 'world'], 0, 'hello world'],
    [['env', 'WITH'], 0, 'WITH=a=b c'],
    [['env', 'WITHOUT'], 1, 'toolbox: WITHOUT is not set'],
    [['show', 'nothing'], 1, "toolbox: can't read nothing"],
    [['fail', '42'], 42, 'toolbox: failing, as it was told'],
    [['sleep', 'long'], 2, 'toolbox: the time is a whole number, and not long'],
    [['get', 'ftp://x'], 2, 'toolbox: get knows only http:// addresses'],
    [['get', 'http://127.0.0.1:1/'], 7, 'toolbox: connection refused: 127.0.0.1 port 1'],
    [['get', 'http://999.0.0.1.invalid/'], 6, 'toolbox: could not resolve host: 999.0.0.1.invalid'],
    [['check', 'x'], 1, "toolbox: not ok: can't read x"],
    [['check', 'x', '--nothing'], 2, "toolbox: doesn't know what to do with --nothing"],
    [['serve', 'nowhere'], 1, 'toolbox: there is no folder nowhere'],
    [['print'], 0, ''],
    [['dance'], 2, 'toolbox: there is no applet dance'],
  ])('%j gives %i', (words, status, said) => {
    expect(toolbox(...words)).toEqual({ status, said });
  });

  it('checks a file', async () => {
    await writeFile(path.join(folder, 'page'), '<title>One</title>');
    expect(toolbox('check', 'page', '--contains', '<title>', '--without', 'Two', '--at-most', '18').status).toBe(0);
    for (const failing of [
      ['--contains', 'Two'],
      ['--without', 'One'],
      ['--at-most', '17'],
    ]) {
      expect([failing, toolbox('check', 'page', ...failing).status]).toEqual([failing, 1]);
    }
  });

  it('fails until it was called often enough', () => {
    expect([1, 2, 3, 4].map(() => toolbox('flaky', 'calls', '3').status)).toEqual([1, 1, 0, 0]);
  });

  it('packs a chart that tar reads, always the same, and counts its releases', async () => {
    await chart('web', 'apiVersion: v2\nname: web\nversion: 0.1.0\n');
    const pack = () => toolbox('package', 'web', '--version', '1.2.3', '--destination', 'out');
    expect(pack()).toEqual({ status: 0, said: 'Successfully packaged chart and saved it to: out/web-1.2.3.tgz' });
    const file = path.join(folder, 'out/web-1.2.3.tgz');
    const first = await readFile(file);
    pack();
    expect((await readFile(file)).equals(first)).toBe(true);
    expect(spawnSync('tar', ['-tzf', file], { encoding: 'utf8' }).stdout.split('\n')).toEqual([
      'web/Chart.yaml',
      'web/templates/a.yaml',
      'web/templates/b.yaml',
      'web/values.yaml',
      '',
    ]);
    expect(spawnSync('tar', ['-xzOf', file, 'web/Chart.yaml'], { encoding: 'utf8' }).stdout).toBe(
      'apiVersion: v2\nname: web\nversion: 1.2.3\n',
    );

    const upgrade = (...options: string[]) => toolbox('upgrade', 'web', 'out/web-1.2.3.tgz', ...options);
    expect(upgrade()).toEqual({ status: 1, said: 'toolbox: UPGRADE FAILED: "web" has no deployed releases' });
    expect(upgrade('--install').said).toContain('REVISION: 1\nCHART VERSION: 1.2.3');
    expect(upgrade('--set', 'image.tag=ca1').said).toContain('REVISION: 2\nCHART VERSION: 1.2.3');

    await writeFile(file, first.subarray(0, -9));
    expect(upgrade().status).toBe(1);
    const changed = Buffer.from(first);
    changed[600] = (changed[600] ?? 0) ^ 1;
    await writeFile(file, changed);
    expect(upgrade().status).toBe(1);
  });

  it('serves a folder and nothing beside it, and ends when it is told', async () => {
    await mkdir(path.join(folder, 'site'), { recursive: true });
    await writeFile(path.join(folder, 'site/index.html'), '<h1>Home</h1>');
    await writeFile(path.join(folder, 'beside'), 'not for everyone');
    const port = String(await freePort());
    const server = spawn(program, ['serve', 'site', '--port', port], { cwd: folder });
    const ended = once(server, 'exit');
    try {
      await once(server.stdout, 'data');
      const get = (at: string, ...options: string[]) =>
        toolbox('get', `http://127.0.0.1:${port}${at}`, ...options).status;
      expect(get('/health', '--expect', 'ok')).toBe(0);
      expect(get('', '--expect', '<h1>Home</h1>')).toBe(0);
      expect(get('/', '--expect', 'Away')).toBe(1);
      expect(get('/beside')).toBe(22);
      expect(get('/../beside')).toBe(22);
      const page = await fetch(`http://127.0.0.1:${port}/index.html?x=1`);
      expect([page.headers.get('content-type'), await page.text()]).toEqual([
        'text/html; charset=utf-8',
        '<h1>Home</h1>',
      ]);
      expect((await fetch(`http://127.0.0.1:${port}/`, { method: 'POST' })).status).toBe(400);
    } finally {
      server.kill('SIGTERM');
    }
    expect(await ended).toEqual([143, null]);
  });

  it('answers that it is starting for as long as it is told', async () => {
    const port = String(await freePort());
    const server = spawn(program, ['serve', '.', '--port', port, '--warm-up', '600'], { cwd: folder });
    try {
      await once(server.stdout, 'data');
      expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(503);
    } finally {
      server.kill('SIGTERM');
    }
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return address !== null && typeof address === 'object' ? address.port : 0;
}
