import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { aliasSources } from './alias-sources.ts';

const never = new AbortController().signal;
let folder: string;
let server: http.Server;
let address: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'slipway-alias-'));
  mkdirSync(path.join(folder, 'context'));
  writeFileSync(path.join(folder, 'context/common.yaml'), 'a: b\n');
  writeFileSync(path.join(folder, 'outside.yaml'), 'secret: yes\n');
  symlinkSync('../outside.yaml', path.join(folder, 'context/link.yaml'));
  writeFileSync(path.join(folder, 'context/long.yaml'), 'x'.repeat(2 * 1024 * 1024));
  spawnSync('mkfifo', [path.join(folder, 'context/pipe.yaml')]);
  server = http.createServer((request, response) => {
    switch (request.url) {
      case '/common.yaml':
        return response.end('c: d\n');
      case '/moved':
        return response.writeHead(302, { location: '/common.yaml' }).end();
      case '/metadata':
        return response.writeHead(302, { location: 'http://169.254.169.254/latest' }).end();
      case '/round':
        return response.writeHead(302, { location: '/round' }).end();
      case '/long':
        return response.end('x'.repeat(2 * 1024 * 1024));
      default:
        return response.writeHead(404).end('no such file');
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

const read = (source: string) => aliasSources(path.join(folder, 'context'))(source, never);

it.each([
  ['common.yaml', 'a: b\n'],
  ['./common.yaml', 'a: b\n'],
])('reads %s of the folder', async (source, expected) => {
  expect(await read(source)).toBe(expected);
});

it.each([['../outside.yaml'], ['link.yaml'], ['/etc/hostname']])('reads nothing outside of it: %s', async (source) => {
  await expect(read(source)).rejects.toThrow('lies outside the folder');
});

it.each([
  ['long.yaml', 'longer than 1048576 bytes'],
  ['pipe.yaml', 'it is not a file'],
])('takes no more of the folder than a short file: %s', async (source, words) => {
  await expect(read(source)).rejects.toThrow(words);
});

it('has no files where the run has no folder', async () => {
  await expect(aliasSources(undefined)('common.yaml', never)).rejects.toThrow('this run has no folder');
});

it('reads nothing of this machine for a task file from elsewhere', async () => {
  const foreign = aliasSources(path.join(folder, 'context'), 'public');
  await expect(foreign(`${address}/common.yaml`, never)).rejects.toThrow('127.0.0.1 is not reached from here');
  expect(await foreign('common.yaml', never)).toBe('a: b\n');
});

it.each([['/common.yaml'], ['/moved']])('reads %s over http', async (place) => {
  expect(await read(address + place)).toBe('c: d\n');
});

it.each([
  ['/nothing', 'status 404: no such file'],
  ['/metadata', '169.254.169.254 is not reached from here'],
  ['/round', 'more than 3 redirects'],
  ['/long', 'longer than 1048576 bytes'],
])('says what is wrong with %s', async (place, words) => {
  await expect(read(address + place)).rejects.toThrow(words);
});

it.each([
  ['http://169.254.169.254/latest/meta-data/'],
  ['http://2852039166/'],
  ['http://0xa9fea9fe/'],
  ['http://[::ffff:169.254.169.254]/'],
  ['http://[fe80::1]/'],
  ['http://[64:ff9b::a9fe:a9fe]/'],
  ['http://[2002:a9fe:a9fe::1]/'],
  ['http://168.63.129.16/'],
  ['http://0.0.0.0/'],
])('connects to no address of the machine’s own kind: %s', async (source) => {
  await expect(read(source)).rejects.toThrow('is not reached from here');
});
