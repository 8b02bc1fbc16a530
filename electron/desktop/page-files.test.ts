import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerPage } from './page-files.ts';

let root: string;
let folder: string;

beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'slipway-page-'));
  folder = path.join(root, 'renderer');
  await mkdir(path.join(folder, 'assets'), { recursive: true });
  await writeFile(path.join(folder, 'index.html'), '<title>Slipway</title>');
  await writeFile(path.join(folder, 'assets/index-1.js'), 'export {};');
  await writeFile(path.join(folder, 'assets/글꼴.woff2'), 'font');
  await writeFile(path.join(folder, 'key.pem'), 'secret');
  await writeFile(path.join(root, 'outside.html'), 'secret');
  await mkdir(path.join(root, 'renderer-other'));
  await writeFile(path.join(root, 'renderer-other/page.html'), 'secret');
});
afterAll(() => rm(root, { recursive: true }));

describe('answerPage', () => {
  it.each([
    ['index.html', 'text/html; charset=utf-8', '<title>Slipway</title>'],
    ['assets/index-1.js', 'text/javascript; charset=utf-8', 'export {};'],
    ['assets/%EA%B8%80%EA%BC%B4.woff2', 'font/woff2', 'font'],
    ['index.html?theme=dark#/runs', 'text/html; charset=utf-8', '<title>Slipway</title>'],
  ])('serves %s', async (name, type, text) => {
    const response = await answerPage(folder, `slipway-app://window/${name}`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe(type);
    expect(await response.text()).toBe(text);
  });

  it('confines every page: own scripts only, no frames around it, no guessing of types', async () => {
    const { headers } = await answerPage(folder, 'slipway-app://window/index.html');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe-eval|script-src[^;]*unsafe-inline|\*/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  it.each([
    'slipway-app://window/../outside.html',
    'slipway-app://window/%2e%2e/outside.html',
    'slipway-app://window/..%2foutside.html',
    'slipway-app://window/assets/..%2f..%2foutside.html',
    'slipway-app://window/..%5coutside.html',
    'slipway-app://window/..%2frenderer-other/page.html',
    'slipway-app://window//etc/passwd.html',
    'slipway-app://window/%00index.html',
    'slipway-app://window/%E0%A4%A',
    'slipway-app://window/',
    'slipway-app://window/assets',
    'slipway-app://window/missing.js',
    'slipway-app://window/key.pem',
    'slipway-app://elsewhere/index.html',
  ])('has nothing at %s', async (url) => {
    const response = await answerPage(folder, url);
    expect(response.status).toBe(404);
    expect(await response.text()).toBe('');
  });
});
