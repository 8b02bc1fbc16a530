import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  linkSync,
  mkdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { plantTree, temporaryFolder } from '../../../engine/context/tree-fixture.ts';
import { type FileSyncEvents, serveDiffCopy } from './serve-diff-copy.ts';
import { syncedFolders } from './synced-folder.ts';
import { type Behavior, type Received, Replica, TestCall } from './test-receiver.ts';

const base = temporaryFolder();
afterAll(() => rmSync(base, { recursive: true }));
let count = 0;

function folder(tree: Readonly<Record<string, string>> = {}): string {
  const root = path.join(base, String(count++));
  mkdirSync(root);
  plantTree(root, tree);
  return root;
}

interface Told {
  readonly bytes: number;
  readonly files: number;
  readonly problems: readonly string[];
}

/** Serves one call and receives it; both have to go well. */
async function sync(
  root: string,
  replica: Replica,
  metadata: Readonly<Record<string, readonly string[]>> = {},
  behavior: Behavior = {},
): Promise<Received & { readonly told: Told }> {
  const call = new TestCall({ 'dir-name': ['context'], ...metadata });
  const { events, told } = listen();
  const [received] = await Promise.all([
    replica.receive(call, behavior),
    serveDiffCopy(call, syncedFolders(root, root), events),
  ]);
  return { ...received, told };
}

/** How the sender failed, and what the receiver was told. */
async function failure(
  root: string,
  behavior: Behavior,
  metadata: Readonly<Record<string, readonly string[]>> = {},
): Promise<{ readonly error: unknown; readonly words: string; readonly told: Told }> {
  const call = new TestCall({ 'dir-name': ['context'], ...metadata }, 1);
  const { events, told } = listen();
  const received = new Replica(folder()).receive(call, behavior).then(
    () => 'all went well',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  const error: unknown = await serveDiffCopy(call, syncedFolders(root, root), events).then(
    () => 'all went well',
    (thrown: unknown) => thrown,
  );
  return { error, words: await received, told };
}

function listen(): { readonly events: FileSyncEvents; readonly told: Told } {
  const told = { bytes: 0, files: 0, problems: [] as string[] };
  const events: FileSyncEvents = {
    onSent(bytes, files) {
      told.bytes += bytes;
      told.files += files;
    },
    onProblem: (problem, place) => void told.problems.push(`${problem} ${place}`),
  };
  return { events, told };
}

const paths = (received: Received) => received.stats.map((stat) => stat.path);

describe('a folder', () => {
  it('arrives whole, whatever the names and kinds, and the second time nothing of it travels', async () => {
    const big = Buffer.alloc(1_000_000, 'slipway').toString();
    const root = folder({
      'a b/c, d.txt': 'comma',
      '한글/파일.txt': '안녕',
      '🎈': 'balloon',
      'empty/': '',
      nothing: '',
      big,
      'exactly one chunk': 'x'.repeat(65_536),
      'one byte more': 'x'.repeat(65_537),
      away: '-> ../../../etc/passwd',
      near: '-> big',
    });
    linkSync(path.join(root, 'big'), path.join(root, 'big again'));
    execFileSync('mkfifo', [path.join(root, 'pipe')]);
    execFileSync('chmod', ['4750', path.join(root, 'nothing')]);
    const replica = new Replica(folder());
    const first = await sync(root, replica);
    rmSync(path.join(root, 'pipe'));
    expect(listing(replica.root)).toEqual(listing(root));
    expect(first.told).toMatchObject({ files: first.requested.length, problems: [] });
    expect(first.told.bytes).toBeGreaterThan(first.bytes);
    execFileSync('mkfifo', [path.join(root, 'pipe')]);
    const second = await sync(root, replica);
    expect(second).toMatchObject({ requested: [], bytes: 0, told: { files: 0 } });
  });

  it('arrives the same after any changes, and only what changed is asked for', { timeout: 60_000 }, async () => {
    for (const seed of [1, 2, 3, 11, 12]) {
      const random = randomBySeed(seed);
      const root = folder();
      const replica = new Replica(folder());
      for (let round = 0; round < 20; round++) {
        const before = signatures(root);
        for (let change = 0; change <= random(8); change++) mutate(root, random, seed * 100_000 + round * 100 + change);
        const after = signatures(root);
        const { requested } = await sync(root, replica);
        expect(listing(replica.root), `seed ${seed}, round ${round}`).toEqual(listing(root));
        expect(requested.filter((asked) => after.get(asked) === before.get(asked))).toEqual([]);
      }
    }
  });

  it('of 100,000 files goes through in little memory', { timeout: 120_000 }, async () => {
    const root = folder();
    for (let dir = 0; dir < 100; dir++) {
      mkdirSync(path.join(root, `${dir}`));
      for (let file = 0; file < 1000; file++) writeFileSync(path.join(root, `${dir}/${file}`), '');
    }
    const before = process.memoryUsage().rss;
    const { told, stats } = await sync(root, new Replica(folder()), {}, { wants: () => true });
    expect(stats).toHaveLength(100_100);
    expect(told.files).toBe(100_000);
    // What the receiver keeps of it is in there as well.
    expect(process.memoryUsage().rss - before).toBeLessThan(250 * 1024 * 1024);
  });

  it('of one huge file goes through a chunk at a time', async () => {
    const root = folder({ huge: '' });
    truncateSync(path.join(root, 'huge'), 300 * 1024 * 1024);
    const before = process.memoryUsage().rss;
    const { bytes } = await sync(root, new Replica(folder()), {}, { wants: () => true });
    expect(bytes).toBe(300 * 1024 * 1024);
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1024 * 1024);
  });

  it('arrives without its sockets, which is said', async () => {
    const root = folder({ file: '' });
    const server = net.createServer().listen(path.join(root, 'agent.sock'));
    await new Promise((resolve) => server.once('listening', resolve));
    const received = await sync(root, new Replica(folder()));
    server.close();
    expect(paths(received)).toEqual(['file']);
    expect(received.told.problems).toEqual(['unsupported agent.sock']);
  });
});

describe('what is asked for', () => {
  const tree = {
    'src/a.ts': 'a',
    'src/b.log': 'b',
    'docs/readme': 'r',
    'docs, old/readme': 'r',
    '문서/읽기': '가',
    'node_modules/x/index.js': 'x',
    '.git/HEAD': 'ref',
    link: '-> src/a.ts',
    'links/up': '-> ../docs',
    'links/abs': '-> /src/b.log',
    'links/out': '-> ../../../docs/readme',
    'links/loop': '-> loop',
  };
  const latin1 = (text: string) => Buffer.from(text).toString('latin1');

  it.each<[what: string, metadata: Record<string, string[]>, sent: string[]]>([
    ['included', { 'include-patterns': ['src', 'docs/*'] }, ['docs', 'docs/readme', 'src', 'src/a.ts', 'src/b.log']],
    [
      'included but for the excluded',
      { 'include-patterns': ['src'], 'exclude-patterns': ['**/*.log'] },
      ['src', 'src/a.ts'],
    ],
    [
      'brought back by an exception',
      { 'exclude-patterns': ['*', '!src/*.ts', '!.git/**'] },
      ['.git', '.git/HEAD', 'src', 'src/a.ts'],
    ],
    ['followed through a link', { followpaths: ['link'] }, ['link', 'src', 'src/a.ts']],
    [
      'followed to a folder and into it',
      { followpaths: ['links/up/readme'] },
      ['docs', 'docs/readme', 'links', 'links/up'],
    ],
    ['followed from the root', { followpaths: ['/links/abs'] }, ['links', 'links/abs', 'src', 'src/b.log']],
    ['never followed out of the root', { followpaths: ['links/out'] }, ['docs', 'docs/readme', 'links', 'links/out']],
    ['followed in a circle', { followpaths: ['links/loop'] }, ['links', 'links/loop']],
    [
      'followed by a wildcard',
      { followpaths: ['l*'] },
      ['link', 'links', 'links/abs', 'links/loop', 'links/out', 'links/up', 'src', 'src/a.ts'],
    ],
    ['not there', { followpaths: ['gone/file', 'nor*'] }, []],
    ['with a comma', { followpaths: ['docs, old'] }, ['docs, old', 'docs, old/readme']],
    ['in Korean, as older engines write it', { followpaths: [latin1('문서')] }, ['문서', '문서/읽기']],
    [
      'in Korean, as newer engines write it',
      { followpaths: ['%EB%AC%B8%EC%84%9C', 'docs%2C+old'], 'followpaths-encoded': ['1'] },
      ['docs, old', 'docs, old/readme', '문서', '문서/읽기'],
    ],
  ])('is sent when it is %s', async (_, metadata, sent) => {
    expect(paths(await sync(folder(tree), new Replica(folder()), metadata))).toEqual(sent);
  });

  it('is all but version control when the root is among what is followed', async () => {
    const all = paths(await sync(folder(tree), new Replica(folder()), { followpaths: ['.', 'link'] }));
    expect(all).toEqual(paths(await sync(folder(tree), new Replica(folder()))));
    expect(all).toContain('node_modules/x/index.js');
    expect(all).not.toContain('.git');
  });

  it('comes from the folder of the Dockerfile whatever is ignored in the context', async () => {
    const root = folder({ '.git/Dockerfile': 'FROM scratch' });
    const call = new TestCall({ 'dir-name': ['dockerfile'], followpaths: ['Dockerfile', 'Dockerfile.dockerignore'] });
    const replica = new Replica(folder());
    const [received] = await Promise.all([
      replica.receive(call),
      serveDiffCopy(call, syncedFolders(root, path.join(root, '.git')), listen().events),
    ]);
    expect(paths(received)).toEqual(['Dockerfile']);
    const everything = await sync(root, new Replica(folder()), { 'dir-name': ['dockerfile'] });
    expect(paths(everything)).toEqual(['.git', '.git/Dockerfile']);
  });

  it.each<[what: string, metadata: Record<string, string[]>, error: Record<string, unknown>]>([
    ['a folder that is not shared', { 'dir-name': ['home'] }, { name: 'GrpcStatus', code: 5 }],
    [
      'a bad pattern',
      { 'exclude-patterns': ['[z-a]'] },
      { error: { code: 'dockerfile.invalid', params: { pattern: '[z-a]' } } },
    ],
    [
      'a bad wildcard',
      { followpaths: ['[z-a]*'] },
      { error: { code: 'dockerfile.invalid', params: { pattern: '[z-a]*' } } },
    ],
  ])('is refused with %s', async (_, metadata, error) => {
    const call = new TestCall({ 'dir-name': ['context'], ...metadata });
    await expect(serveDiffCopy(call, syncedFolders(folder(tree), base), listen().events)).rejects.toMatchObject(error);
  });
});

describe('a file that changes after it was announced', () => {
  const large = 'x'.repeat(500_000);

  it.each<[what: string, change: string, size: number, behavior: (file: string) => Behavior]>([
    ['vanishes', 'vanished', 10, (file) => ({ beforeRequest: () => unlinkSync(file) })],
    ['vanishes, as large as it was,', 'vanished', large.length, (file) => ({ beforeRequest: () => unlinkSync(file) })],
    ['shrinks', 'resized', 10, (file) => ({ beforeRequest: () => truncateSync(file, 3) })],
    ['grows', 'resized', 10, (file) => ({ beforeRequest: () => appendFileSync(file, 'more') })],
    ['was empty and grows', 'resized', 0, (file) => ({ beforeRequest: () => appendFileSync(file, 'more') })],
    ['shrinks while it is read', 'resized', large.length, (file) => ({ onData: () => truncateSync(file, 3) })],
    ['grows while it is read', 'resized', large.length, (file) => ({ onData: () => appendFileSync(file, 'more') })],
    ['is written to while it is read', 'written', large.length, (file) => ({ onData: () => utimesSync(file, 5, 5) })],
    [
      'becomes a folder',
      'replaced',
      10,
      (file) => ({
        beforeRequest() {
          unlinkSync(file);
          mkdirSync(file);
        },
      }),
    ],
    [
      'becomes a link',
      'replaced',
      10,
      (file) => ({
        beforeRequest() {
          unlinkSync(file);
          symlinkSync('/etc/hostname', file);
        },
      }),
    ],
    [
      'becomes a pipe that nobody writes to',
      'replaced',
      10,
      (file) => ({
        beforeRequest() {
          unlinkSync(file);
          execFileSync('mkfifo', [file]);
        },
      }),
    ],
  ])('and %s fails the sync, by name', async (_, change, size, behavior) => {
    const root = folder({ 'dir/file': large.slice(0, size) });
    const { error, words, told } = await failure(root, behavior(path.join(root, 'dir/file')));
    expect(error).toMatchObject({ error: { code: 'context.changed', params: { path: 'dir/file', change } } });
    expect(words).toBe(`context.changed dir/file ${change}`);
    expect(told.problems).toEqual(change === 'vanished' ? ['vanished dir/file'] : []);
  });

  it('but is as large as before arrives as it is now', async () => {
    const root = folder({ file: 'before' });
    const replica = new Replica(folder());
    await sync(root, replica, {}, { beforeRequest: () => writeFileSync(path.join(root, 'file'), 'after!') });
    expect(listing(replica.root)).toEqual(listing(root));
    // And once more next time, for the time that was announced is not the file's any more.
    utimesSync(path.join(root, 'file'), 5, 5);
    expect((await sync(root, replica)).requested).toEqual(['file']);
  });
});

describe('a receiver', () => {
  it.each<[what: string, behavior: Behavior, error: Record<string, unknown>]>([
    ['asks for a file that was not announced', { alsoRequest: [17] }, { code: 3, message: 'invalid file request 17' }],
    ['asks for a folder', { alsoRequest: [0] }, { code: 3, message: 'invalid file request 0' }],
    ['asks twice', { alsoRequest: [1] }, { code: 3, message: 'invalid file request 1' }],
    ['gives up', { last: 'error' }, { code: 2, message: 'error from receiver: no space left' }],
    ['leaves', { last: 'leave' }, { code: 1 }],
  ])('that %s ends the call', async (_, behavior, error) => {
    expect((await failure(folder({ 'a/b': 'x' }), behavior)).error).toMatchObject({ name: 'GrpcStatus', ...error });
  });

  it('that is cut off ends the call, and nothing is read any more', async () => {
    const root = folder({ file: 'x'.repeat(10_000_000) });
    const call = new TestCall({ 'dir-name': ['context'] }, 1);
    const serving = serveDiffCopy(call, syncedFolders(root, root), listen().events);
    void new Replica(folder()).receive(call, { wants: () => true, onData: () => call.cutOff() }).catch(() => undefined);
    await expect(serving).rejects.toThrow('cut off');
  });
});

/** Everything of a tree that an image shows: kind, permissions, content, where links lead, how many names a file has. */
function listing(root: string): string {
  const find = (...what: readonly string[]) => execFileSync('find', [root, '-mindepth', '1', ...what]).toString();
  const entries = find('-type', 'f', '-printf', '%P %m %n\\n') + find('!', '-type', 'f', '-printf', '%P %y %m %l\\n');
  const sums = execFileSync('sh', ['-c', 'cd "$1" && find . -type f -exec sha256sum {} +', 'sh', root]).toString();
  return [...entries.split('\n').sort(), ...sums.split('\n').sort()].join('\n');
}

/** What tells that a file changed: its number on disk, size, times. */
function signatures(root: string): ReadonlyMap<string, string> {
  const lines = execFileSync('find', [root, '-mindepth', '1', '-printf', '%P %i %s %T@ %m\\n']).toString().split('\n');
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(' ')), line]));
}

/** Whole numbers below a limit; the same for the same seed (mulberry32). */
function randomBySeed(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

/** One random change. Files get a time of their own: two writes within a tick of the clock could not be told apart. */
function mutate(root: string, random: (limit: number) => number, time: number): void {
  const names = ['a', 'b', 'a.b', 'a-b', 'z', '한'];
  const place = path.join(root, ...Array.from({ length: 1 + random(3) }, () => names[random(names.length)] ?? 'a'));
  const other = path.join(root, names[random(names.length)] ?? 'a');
  const kind = random(7);
  try {
    if (kind !== 6) mkdirSync(path.dirname(place), { recursive: true });
    if (kind < 3) {
      writeFileSync(place, 'x'.repeat(random(3) === 0 ? random(200_000) : random(20)));
      utimesSync(place, time, time);
    } else if (kind === 3) {
      rmSync(place, { recursive: true, force: true });
    } else if (kind === 4) {
      rmSync(place, { recursive: true, force: true });
      symlinkSync(names[random(names.length)] ?? 'a', place);
    } else if (kind === 5) {
      linkSync(other, place);
    } else {
      execFileSync('chmod', ['-f', ['600', '644', '755', '700'][random(4)] ?? '644', place]);
    }
  } catch {
    // A file stands where a folder would have to be, or nothing does: no change, then.
  }
}
