import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GuardOptions, type LookUp, openGuarded, type Reach, RefusedPlace } from './guard.ts';
import { type ScriptedServer, startServer } from './server-testing.ts';

const never = new AbortController().signal;
/** Of this process's own settings for proxies, the tests take none. */
const environment = {};
let server: ScriptedServer;
let other: ScriptedServer;

beforeAll(async () => {
  other = await startServer((request, response) => {
    if (request.url === '/back') return void response.writeHead(302, { location: `${server.url}/hello` }).end();
    response.end(`other ${request.headers.authorization ?? 'nobody'}`);
  });
  server = await startServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://server');
    const to = url.searchParams.get('to');
    if (to !== null)
      return void response.writeHead(Number(url.searchParams.get('status') ?? 302), { location: to }).end('moved');
    const left = Number(/^\/round\/(\d+)$/.exec(url.pathname)?.[1] ?? 0);
    if (left > 0) return void response.writeHead(307, { location: `/round/${left - 1}` }).end();
    response.end(`hello ${request.headers.authorization ?? 'nobody'}`);
  });
});
afterAll(() => Promise.all([server.stop(), other.stop()]));

/** The whole answer, or what refused it. */
async function ask(reach: Reach, address: string, options: GuardOptions = {}, header?: string) {
  const connections = await openGuarded(reach, { environment, ...options });
  try {
    const authorization = header === undefined ? undefined : { header, secrets: [] };
    const { status, url, body } = await connections.ask({ url: new URL(address), authorization }, never);
    return { status, url: url.href, text: await text(body) };
  } finally {
    await connections.close();
  }
}

/** A resolver of our own: each name's answers, one a question, the last for ever. */
function names(answers: Readonly<Record<string, readonly (readonly string[])[]>>) {
  const asked: string[] = [];
  const lookUp: LookUp = (name, answer) => {
    const all = answers[name] ?? [];
    const found = all[Math.min(asked.filter((one) => one === name).length, all.length - 1)];
    asked.push(name);
    if (found === undefined) return answer(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }), []);
    return answer(
      null,
      found.map((address) => ({ address, family: net.isIP(address) })),
    );
  };
  return { asked, lookUp };
}

const metadata = [
  '169.254.169.254',
  '2852039166',
  '0xa9fea9fe',
  '0251.0376.0251.0376',
  '0xa9.0xfe.0xa9.0xfe',
  '169.254.43518',
  '0xA9.254.0251.254',
  '169。254。169。254',
  '①⑥⑨.254.169.254',
  '[::ffff:169.254.169.254]',
  '[::ffff:a9fe:a9fe]',
  '[0:0:0:0:0:ffff:a9fe:a9fe]',
  '[::169.254.169.254]',
  '[64:ff9b::169.254.169.254]',
  '[2002:a9fe:a9fe::]',
  '[fe80::1]',
  '[fd00:ec2::254]',
  '168.63.129.16',
  '100.100.100.200',
  '0.0.0.0',
  '0',
  '[::]',
];

describe('what nobody may reach', () => {
  it.each(metadata)('is refused as it is written: %s', async (host) => {
    await expect(ask('local', `http://${host}/latest/meta-data`)).rejects.toMatchObject({ refusal: 'address' });
    await expect(ask('public', `https://${host}/`)).rejects.toMatchObject({ refusal: 'address' });
  });

  // A header can't say the others.
  it.each(metadata.filter((host) => /^[!-~]+$/.test(host)))('is refused behind a redirect: %s', async (host) => {
    const address = `${server.url}/?to=${encodeURIComponent(`http://${host}/latest`)}`;
    await expect(ask('local', address)).rejects.toBeInstanceOf(RefusedPlace);
  });

  it.each([
    ['a name of it', ['169.254.169.254']],
    ['a name of it in other clothes', ['::ffff:a9fe:a9fe']],
    ['a name of it beside a good address', ['127.0.0.1', '169.254.169.254']],
    ['a name of it on this network alone', ['fe80::1%lo']],
  ])('is refused by %s', async (_, addresses) => {
    const { lookUp } = names({ 'evil.example': [addresses] });
    const port = new URL(server.url).port;
    const before = server.seen.length;
    await expect(ask('local', `http://evil.example:${port}/`, { lookUp })).rejects.toMatchObject({
      refusal: 'address',
    });
    expect(server.seen.length).toBe(before);
  });
});

describe('this machine and its network', () => {
  it.each([
    '127.0.0.1',
    '0x7f.1',
    '2130706433',
    '[::ffff:127.0.0.1]',
    'localhost',
    '10.0.0.1',
    '192.168.0.1',
    '[fd00::1]',
  ])('aren’t reached for a stranger: %s', async (host) => {
    const before = server.seen.length;
    await expect(ask('public', `http://${host}:${new URL(server.url).port}/`)).rejects.toMatchObject({
      refusal: 'address',
    });
    expect(server.seen.length).toBe(before);
  });

  it.each(['127.0.0.1', '0x7f.1', '2130706433', 'localhost'])('are for who typed it: %s', async (host) => {
    const answer = await ask('local', `http://${host}:${new URL(server.url).port}/`);
    expect(answer).toMatchObject({ status: 200, text: 'hello nobody' });
  });

  it('are connected to at the address that was checked, whatever the name says next', async () => {
    const { lookUp, asked } = names({ 'rebinding.example': [['127.0.0.1'], ['169.254.169.254']] });
    const address = `http://rebinding.example:${new URL(server.url).port}/`;
    expect(await ask('local', address, { lookUp })).toMatchObject({ status: 200 });
    expect(asked).toEqual(['rebinding.example']);
  });

  it('aren’t reached by a name that meant something else when it was looked at first', async () => {
    const { lookUp, asked } = names({ 'rebinding.example': [['127.0.0.1'], ['169.254.169.254']] });
    const { port } = new URL(server.url);
    // Another port, another connection: looked up and checked anew.
    const next = `http://rebinding.example:${new URL(other.url).port}/`;
    const address = `http://rebinding.example:${port}/?to=${encodeURIComponent(next)}`;
    const before = other.seen.length;
    await expect(ask('local', address, { lookUp })).rejects.toMatchObject({ refusal: 'address' });
    expect(asked).toHaveLength(2);
    expect(other.seen.length).toBe(before);
  });
});

describe('redirects', () => {
  it.each([301, 302, 303, 307, 308])('of %i are followed', async (status) => {
    expect(await ask('local', `${server.url}/?status=${status}&to=/hello`)).toEqual({
      status: 200,
      url: `${server.url}/hello`,
      text: 'hello nobody',
    });
  });

  it('are followed five times, and no more', async () => {
    expect(await ask('local', `${server.url}/round/5`)).toMatchObject({ status: 200 });
    await expect(ask('local', `${server.url}/round/6`)).rejects.toMatchObject({ refusal: 'redirects' });
  });

  it.each([
    ['file:///etc/passwd', 'scheme'],
    ['ftp://127.0.0.1/', 'scheme'],
    ['gopher://127.0.0.1/', 'scheme'],
    ['data:text/plain,hello', 'scheme'],
    ['http://', 'location'],
    ['http://[', 'location'],
  ])('to %s are none', async (to, refusal) => {
    await expect(ask('local', `${server.url}/?to=${encodeURIComponent(to)}`)).rejects.toMatchObject({ refusal });
  });

  it('take a credential no further than its own origin, and not back', async () => {
    const secret = 'Basic c2VjcmV0';
    const to = (place: string) => `${server.url}/?to=${encodeURIComponent(place)}`;
    expect((await ask('local', to('/hello'), {}, secret)).text).toBe(`hello ${secret}`);
    expect((await ask('local', to(`${other.url}/`), {}, secret)).text).toBe('other nobody');
    expect((await ask('local', to(`${other.url}/back`), {}, secret)).text).toBe('hello nobody');
    const inUrl = `http://user:pass@${other.host}/`;
    expect((await ask('local', to(inUrl), {}, secret)).text).toBe('other nobody');
  });
});

describe('a proxy', () => {
  let proxy: http.Server;
  let asked: string[] = [];
  let proxies: Record<string, string>;

  beforeAll(async () => {
    proxy = http.createServer();
    proxy.on('connect', (request: http.IncomingMessage, socket: net.Socket) => {
      asked.push(request.url ?? '');
      const onward = net.connect(Number(new URL(server.url).port), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        onward.pipe(socket).pipe(onward);
      });
      for (const one of [onward, socket]) one.on('error', () => undefined);
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    proxies = { HTTP_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` };
  });
  afterAll(() => proxy.close());

  const through = (
    address: string,
    reach: Reach,
    answers: Record<string, string[][]>,
    more: Record<string, string> = {},
  ) => {
    asked = [];
    return ask(reach, address, { lookUp: names(answers).lookUp, environment: { ...proxies, ...more } });
  };

  it('connects to names that are good here, and to those that only it knows', async () => {
    const answer = { status: 200, text: 'hello nobody' };
    expect(await through('http://good.example/', 'public', { 'good.example': [['93.184.216.34']] })).toMatchObject(
      answer,
    );
    expect(await through('http://inner.example/', 'public', {})).toMatchObject(answer);
    expect(asked).toEqual(['inner.example:80']);
  });

  it.each([
    ['http://169.254.169.254/', 'local'],
    ['http://10.0.0.1/', 'public'],
    ['http://evil.example/', 'local'],
    ['http://lan.example/', 'public'],
  ] as const)('isn’t asked for %s (%s)', async (address, reach) => {
    const answers = { 'evil.example': [['169.254.169.254']], 'lan.example': [['192.168.1.1']] };
    await expect(through(address, reach, answers)).rejects.toMatchObject({ refusal: 'address' });
    expect(asked).toEqual([]);
  });

  it('isn’t asked for this machine, nor for whom NO_PROXY names, and those are checked', async () => {
    expect(await through(`${server.url}/`, 'local', {})).toMatchObject({ status: 200 });
    await expect(through(`${server.url}/`, 'public', {})).rejects.toMatchObject({ refusal: 'address' });
    const { port } = new URL(server.url);
    const near = { 'near.example': [['127.0.0.1']] };
    const past = { NO_PROXY: 'near.example' };
    expect(await through(`http://near.example:${port}/`, 'local', near, past)).toMatchObject({ status: 200 });
    await expect(through(`http://near.example:${port}/`, 'public', near, past)).rejects.toMatchObject({
      refusal: 'address',
    });
    expect(asked).toEqual([]);
  });
});

describe('a proxy that', () => {
  it.each<[what: string, does: (socket: net.Socket) => void, code: string]>([
    ['hangs up', (socket) => void socket.destroy(), 'ECONNRESET'],
    ['hangs up when it is asked', (socket) => void socket.once('data', () => socket.destroy()), 'ECONNRESET'],
    ['is silent', (socket) => void socket.resume(), 'UND_ERR_HEADERS_TIMEOUT'],
    [
      'refuses',
      (socket) => void socket.once('data', () => socket.end('HTTP/1.1 403 No\r\ncontent-length: 0\r\n\r\n')),
      'UND_ERR_ABORTED',
    ],
  ])('%s is asked once', async (_, does, code) => {
    let connections = 0;
    const proxy = net.createServer((socket) => {
      connections += 1;
      socket.on('error', () => undefined);
      does(socket);
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const environment = { https_proxy: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` };
    try {
      await expect(ask('local', 'https://good.example/', { environment, silence: 1000 })).rejects.toMatchObject({
        code,
      });
      expect(connections).toBe(1);
    } finally {
      proxy.close();
    }
  });
});

it('gives a silent server up', async () => {
  const silent = await startServer((request, response) => {
    if (request.url === '/half') response.write('half');
  });
  try {
    await expect(ask('local', `${silent.url}/`, { silence: 50 })).rejects.toMatchObject({
      code: 'UND_ERR_HEADERS_TIMEOUT',
    });
    await expect(ask('local', `${silent.url}/half`, { silence: 50 })).rejects.toMatchObject({
      code: 'UND_ERR_BODY_TIMEOUT',
    });
  } finally {
    await silent.stop();
  }
});
