import { execFileSync } from 'node:child_process';
import { existsSync, linkSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { extract, pack } from 'tar-stream';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { json, request } from '../../../scripts/parts/http.ts';
import { packFolder } from '../../engine/context/archive/pack-folder.ts';
import { unpackArchive } from '../../engine/context/archive/unpack-archive.ts';
import { selectBy } from '../../engine/context/selection.ts';
import { plantTree, temporaryFolder } from '../../engine/context/tree-fixture.ts';
import { leftOf, never, openHome, proxyOf, ran, specOf } from './containers-testing.ts';

const parts = inject('parts');
const image = parts.busybox.local;
const base = temporaryFolder();
afterAll(() => execFileSync('rm', ['-rf', base]));
const everything = selectBy([], []);
let count = 0;

function folder(tree: Readonly<Record<string, string>> = {}): string {
  const root = path.join(base, String(count++));
  mkdirSync(root);
  plantTree(root, tree);
  return root;
}

/** All that a tree is: kinds, modes, links, seconds, sums. */
function listing(root: string): readonly string[] {
  const find = execFileSync('find', [root, '-mindepth', '1', '-printf', '%P %y %m %l %Ts %n\n']).toString();
  const sums = execFileSync('sh', ['-c', 'cd "$1" && find . -type f -exec sha256sum {} +', 'sh', root]).toString();
  return [
    ...find.split('\n').map((line) => line.replace(/ \d+$/, (links) => (/ d /.test(line) ? '' : links))),
    ...sums.split('\n'),
  ].sort();
}

/** A file of a terabyte, of which no more is made than is taken; tells that the first of it was. */
async function* endlessFile(onTaken: () => void): AsyncGenerator<Buffer> {
  const archive = pack();
  archive.entry({ name: 'file', size: 1e12 }).on('error', () => undefined);
  for await (const header of archive as AsyncIterable<Buffer>) {
    yield header;
    break;
  }
  onTaken();
  for (;;) yield Buffer.alloc(65_536);
}

const inVolume = (volume: string, script: string) =>
  specOf(image, ['sh', '-c', script], { mounts: [{ kind: 'volume', volume, path: '/w' }] });

describe.each(parts.engines)('a volume of Docker Engine $name', (engine) => {
  const { host } = engine;

  it('is filled and read back without loss', async () => {
    const home = openHome(host);
    const root = folder({
      '한글 폴더/안녕 🎈.txt': '내용',
      [`${'long/'.repeat(50)}name`]: 'deep',
      'empty/': '',
      away: '-> /etc/passwd',
      inside: '-> 한글 폴더/안녕 🎈.txt',
      script: '#!/bin/sh\necho hello\n',
      secret: 's',
      large: 'x'.repeat(3_000_000),
    });
    linkSync(path.join(root, 'large'), path.join(root, 'also'));
    execFileSync('chmod', ['755', path.join(root, 'script')]);
    execFileSync('chmod', ['600', path.join(root, 'secret')]);
    execFileSync('chmod', ['1777', path.join(root, 'empty')]);
    const volume = await home.containers.createVolume('ca1', 'workspace', never);
    await home.containers.writeVolume(volume, 'ca1', '/', packFolder(root, everything), never);

    const { stdout } = await ran(home, inVolume(volume, 'cd /w && ./script && cat inside && stat -c %u:%g secret'));
    expect(stdout).toBe('hello\n내용0:0\n');
    const target = path.join(base, String(count++));
    const archive = await home.containers.readVolume(volume, 'ca1', '/', never);
    await unpackArchive(archive, target, never, { outsideLinks: 'keep' });
    expect(listing(target)).toEqual(listing(root));
  });

  it('takes 20,000 files', async () => {
    const home = openHome(host);
    const names = Array.from({ length: 20_000 }, (_, index) => `폴더 ${index % 100}/file-${index}`);
    const archive = pack();
    for (const name of names) archive.entry({ name }, `content of ${name}`);
    archive.finalize();
    const volume = await home.containers.createVolume('ca1', 'workspace', never);
    await home.containers.writeVolume(volume, 'ca1', '/', Readable.from(archive), never);
    const read = new Map<string, string>();
    const entries = extract();
    (await home.containers.readVolume(volume, 'ca1', '/', never)).pipe(entries);
    for await (const entry of entries) {
      if (entry.header.type === 'file') read.set(entry.header.name, await text(entry as AsyncIterable<Buffer>));
      else entry.resume();
    }
    expect(read).toEqual(new Map(names.map((name) => [`./${name}`, `content of ${name}`])));
  });

  it('has folders made on the way, and leaves those that are there as they are', async () => {
    const home = openHome(host);
    const volume = await home.containers.createVolume('ca1', 'workspace', never);
    await ran(home, inVolume(volume, 'mkdir -m 700 /w/private; touch /w/private/kept'));
    const root = folder({ file: 'text' });
    await home.containers.writeVolume(volume, 'ca1', '/private/새 폴더/deep', packFolder(root, everything), never);
    const script = 'cd /w && stat -c "%a %n" private private/* && cat "private/새 폴더/deep/file"';
    expect((await ran(home, inVolume(volume, script))).stdout).toBe(
      '700 private\n644 private/kept\n755 private/새 폴더\ntext',
    );
    const target = path.join(base, String(count++));
    const archive = await home.containers.readVolume(volume, 'ca1', '/private/새 폴더', never);
    await unpackArchive(archive, target, never);
    expect(execFileSync('cat', [path.join(target, 'deep/file')]).toString()).toBe('text');
  });

  it('says which folder isn’t there', async () => {
    const { containers } = openHome(host);
    const volume = await containers.createVolume('ca1', 'workspace', never);
    await containers.writeVolume(volume, 'ca1', '/', packFolder(folder({ file: '' }), everything), never);
    await expect(containers.readVolume(volume, 'ca1', '/none', never)).rejects.toMatchObject({
      error: { code: 'context.notFound', params: { path: '/none' } },
    });
    await expect(containers.readVolume(volume, 'ca1', '/file', never)).rejects.toMatchObject({
      error: { code: 'context.notAFolder', params: { path: '/file' } },
    });
  });

  it('can’t be left through links', async () => {
    const home = openHome(host);
    const volume = await home.containers.createVolume('ca1', 'workspace', never);
    const links = folder({ etc: '-> /etc', inside: '-> a/../b' });
    await home.containers.writeVolume(volume, 'ca1', '/', packFolder(links, everything), never);
    const read = await home.containers.readVolume(volume, 'ca1', '/etc', never);
    expect((await buffer(read)).includes('root:')).toBe(false);
    const file = packFolder(folder({ file: '' }), everything);
    // Some engines refuse it, others put it into the container that is thrown away.
    await Promise.allSettled([home.containers.writeVolume(volume, 'ca1', '/etc/slipway-made', file, never)]);
    expect(existsSync('/etc/slipway-made')).toBe(false);
    expect((await ran(home, inVolume(volume, 'ls /w'))).stdout).toBe('etc\ninside\n');
  });

  it('takes links that lead upwards, or says which one the engine doesn’t take', async () => {
    const { containers } = openHome(host);
    const volume = await containers.createVolume('ca1', 'workspace', never);
    const archive = packFolder(folder({ 'sub/up': '-> ../../..' }), everything);
    const written = await Promise.allSettled([containers.writeVolume(volume, 'ca1', '/', archive, never)]);
    const refused = { status: 'rejected', reason: { error: { code: 'archive.invalid', params: { path: 'sub/up' } } } };
    expect(written).toMatchObject([engine.name === '20.10' ? refused : { status: 'fulfilled' }]);
  });

  it('needs one image of ours and no registry, and leaves no container', async () => {
    const at = '/images/slipway.invalid/empty:1';
    await request(host, `${at}?force=1`, { method: 'DELETE' });
    const proxy = await proxyOf(host);
    const home = openHome(proxy.host);
    const volume = await home.containers.createVolume('ca1', 'workspace', never);
    // Of files of their own: engines don't take one twice at once.
    const write = (name: string) =>
      home.containers.writeVolume(volume, 'ca1', '/', packFolder(folder({ [name]: 'b' }), everything), never);
    await Promise.all(['a', 'b', 'c'].map(write));
    await write('d');
    await buffer(await home.containers.readVolume(volume, 'ca1', '/', never));
    expect(proxy.requests.filter((line) => line === 'POST /images/create')).toHaveLength(1);
    expect(await json(host, `${at}/json`)).toMatchObject({ Config: { Labels: { 'dev.slipway.image': 'empty' } } });
    expect(await leftOf(home)).toEqual({ containers: [], networks: [], volumes: [volume], images: [] });
  });

  it('fails with what became of the archive, and not of the engine', async () => {
    const home = openHome(host);
    const volume = await home.containers.createVolume('ca1', 'workspace', never);
    const root = folder({ a: 'x'.repeat(5_000_000) });
    const changing = async function* () {
      for await (const chunk of packFolder(root, everything) as AsyncIterable<Buffer>) {
        if (chunk.length > 10_000) writeFileSync(path.join(root, 'a'), 'short');
        yield chunk;
      }
    };
    await expect(
      home.containers.writeVolume(volume, 'ca1', '/', Readable.from(changing()), never),
    ).rejects.toMatchObject({
      error: { code: 'context.changed', params: { path: 'a' } },
    });
    const early = new Readable({ read: () => undefined });
    const failing = home.containers.writeVolume(volume, 'ca1', '/', early, never);
    early.destroy(new Error('gone already'));
    await expect(failing).rejects.toMatchObject({
      error: { code: 'context.unreadable', cause: expect.stringContaining('gone already') as string },
    });
    const destroyed = new Readable({ read: () => undefined });
    destroyed.push(Buffer.alloc(512));
    const write = Promise.allSettled([home.containers.writeVolume(volume, 'ca1', '/', destroyed, never)]);
    destroyed.once('resume', () => destroyed.destroy());
    expect(await write).toMatchObject([{ status: 'rejected', reason: { error: { code: 'context.unreadable' } } }]);
    const garbage = Readable.from(Array.from({ length: 300 }, () => Buffer.alloc(65_536, 'x')));
    await expect(home.containers.writeVolume(volume, 'ca1', '/', garbage, never)).rejects.toMatchObject({
      error: { code: 'engine.refused' },
    });
    expect(await leftOf(home)).toMatchObject({ containers: [] });
  });

  it('is left in peace when nobody wants it any more', async () => {
    const home = openHome(host);
    const volume = await home.containers.createVolume('ca1', 'workspace', never);
    const abort = new AbortController();
    const write = Promise.allSettled([
      home.containers.writeVolume(
        volume,
        'ca1',
        '/',
        Readable.from(endlessFile(() => abort.abort(new Error('not wanted')))),
        abort.signal,
      ),
    ]);
    expect(await write).toMatchObject([{ status: 'rejected', reason: { message: 'not wanted' } }]);

    await home.containers.writeVolume(
      volume,
      'ca1',
      '/',
      packFolder(folder({ a: 'x'.repeat(30_000_000) }), everything),
      never,
    );
    const another = new AbortController();
    const reading = await home.containers.readVolume(volume, 'ca1', '/', another.signal);
    reading.once('data', () => another.abort(new Error('not wanted either')));
    await expect(buffer(reading)).rejects.toThrow('not wanted either');
    const dropped = await home.containers.readVolume(volume, 'ca1', '/', never);
    dropped.destroy();
    await expect.poll(async () => (await leftOf(home))['containers'], { timeout: 60_000 }).toEqual([]);
  });

  it('of a name that a task brings along is nobody’s run’s: it stays, as with docker', async () => {
    const home = openHome(host);
    const id = await home.containers.create(inVolume('slipway-test-brought', 'true'), never);
    expect((await leftOf(home)).volumes).not.toContain('slipway-test-brought');
    await home.containers.remove(id, { graceMs: 0 }, never);
    await home.containers.removeVolume('slipway-test-brought', never);
  });
});
