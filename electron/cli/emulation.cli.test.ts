import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { proxyEngine } from '../docker/proxy-testing.ts';
import { type CommandLine, commandLine } from './cli-testing.ts';

const parts = inject('parts');
const [engine] = parts.engines;

describe('slipway engine emulation', () => {
  let slipway: CommandLine;
  beforeAll(async () => {
    slipway = await commandLine({ DOCKER_HOST: engine.host });
  });
  afterAll(() => slipway.remove());

  it('says how each platform of ACR runs', async () => {
    const { code, stdout } = await slipway.run(['engine', 'emulation']);
    expect(code).toBe(0);
    const rows = stdout.trim().split('\n');
    expect(rows.map((row) => row.split(':', 1)[0])).toEqual([
      'linux/amd64',
      'linux/386',
      'linux/arm64',
      'linux/arm/v7',
      'linux/arm/v6',
      'windows/amd64',
    ]);
    const own = process.arch === 'x64' ? 'linux/amd64' : 'linux/arm64';
    expect(rows).toContain(`${own}: runs by itself`);
    expect(rows.at(-1)).toBe('windows/amd64: needs an engine of that operating system');
    const json = await slipway.run(['engine', '--json', 'emulation']);
    expect(json.events()).toMatchObject([
      { platforms: expect.arrayContaining([{ platform: own, support: 'own' }]) as unknown },
    ]);
  });

  it('says it of the engine that is named, and of no other', async () => {
    const env = { DOCKER_HOST: `unix://${slipway.work}/nobody.sock` };
    expect((await slipway.run(['engine', 'emulation'], { env })).code).toBe(3);
    await slipway.run(['engine', 'add', 'far', engine.host], { env });
    const { code, stdout } = await slipway.run(['engine', 'emulation', 'far'], { env });
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('linux/386: ') });
    expect((await slipway.run(['engine', 'emulation', 'nowhere'], { env })).code).toBe(2);
    await slipway.run(['engine', 'remove', 'far'], { env });
  });

  it('asks before anything runs with all rights, and says what came of it', async () => {
    // An engine that says nothing of other platforms.
    const proxy = await proxyEngine(path.join(slipway.work, 'bare.sock'), engine.host, { buildkit: false });
    try {
      const env = { DOCKER_HOST: proxy.host };
      await mkdir(slipway.home, { recursive: true });
      const image = parts.busybox.local;
      await writeFile(path.join(slipway.home, 'settings.json'), JSON.stringify({ emulationImage: image }));
      const asked = await slipway.run(['engine', 'emulation', '--install'], { env });
      expect(asked).toMatchObject({ code: 2, stdout: '' });
      expect(asked.stderr).toContain(`${image} with all rights (privileged)`);
      expect(proxy.requests.filter((request) => request.includes('/containers/create'))).toEqual([]);

      // It has no such program, as the real image has.
      const failed = await slipway.run(['engine', 'emulation', '--install', '--yes'], { env });
      expect(failed).toMatchObject({ code: 1, stdout: '' });
      expect(failed.stderr).toContain('Emulation could not be set up');
      expect(proxy.requests.filter((request) => request.includes('/containers/create'))).toHaveLength(1);
    } finally {
      await proxy.stop();
    }
  });
});
