import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toAppError } from '@shared/model/app-error.ts';
import type { NamedEngine } from '@shared/model/named-engine.ts';
import { createRuntime, type Runtime } from '../runtime.ts';

const never = new AbortController().signal;
let home: string;
let runtime: Runtime;

beforeEach(async () => {
  home = mkdtempSync(path.join(os.tmpdir(), 'slipway-engines-'));
  runtime = await createRuntime({ home, env: { DOCKER_HOST: `unix://${home}/nobody.sock` }, owner: 'cli' });
});
afterEach(async () => {
  await runtime.close();
  rmSync(home, { recursive: true });
});

const engine = () => runtime.handlers.engine;
type Given = Omit<NamedEngine, 'kind'> & Partial<Pick<NamedEngine, 'kind'>>;
const add = (given: Given) => engine().add({ kind: 'docker', ...given }, never);
const kept = (): string => readFileSync(path.join(home, 'settings.json'), 'utf8');
const names = async () => (await engine().list(undefined, never)).map(({ name }) => name);

describe('engines with a name', () => {
  it('are kept, listed behind the default one, made the default and forgotten', async () => {
    const far = `unix://${home}/far.sock`;
    expect(await add({ name: 'far', host: ` ${far} ` })).toMatchObject({ name: 'far', host: far, isDefault: false });
    await add({ name: 'harbour', host: 'tcp://127.0.0.1:1', tls: { kind: 'folder', path: home } });
    expect(await names()).toEqual(['default', 'far', 'harbour']);
    await engine().use({ name: 'harbour' }, never);
    expect(await names()).toEqual(['harbour', 'default', 'far']);
    await engine().remove({ name: 'harbour' }, never);
    expect(await engine().list(undefined, never)).toMatchObject([
      { name: 'default', isDefault: true },
      { name: 'far', isDefault: false },
    ]);
    expect(JSON.parse(kept())).toMatchObject({ engines: [{ name: 'far', host: far }], defaultEngine: 'default' });
  });

  it.each<[what: string, given: Given, code: string]>([
    ['an option as a name', { name: '--use', host: 'tcp://desk' }, 'engine.nameInvalid'],
    ['no name', { name: '', host: 'tcp://desk' }, 'engine.nameInvalid'],
    ['a path', { name: '../far', host: 'tcp://desk' }, 'engine.nameInvalid'],
    ['64 letters', { name: 'x'.repeat(64), host: 'tcp://desk' }, 'engine.nameInvalid'],
    ['the name of the one that is looked for', { name: 'Default', host: 'tcp://desk' }, 'engine.nameTaken'],
    ['a name that is taken', { name: 'FAR', host: 'tcp://desk' }, 'engine.nameTaken'],
    ['an option of ssh as the host', { name: 'x', host: 'ssh://-oProxyCommand=touch' }, 'engine.addressInvalid'],
    ['an option of ssh as the user', { name: 'x', host: 'ssh://-oX@desk' }, 'engine.addressInvalid'],
    ['the same, escaped', { name: 'x', host: 'ssh://%2doX@desk' }, 'engine.addressInvalid'],
    ['a password', { name: 'x', host: 'ssh://me:velvet-anchor@desk' }, 'engine.addressInvalid'],
    ['a password for tcp', { name: 'x', host: 'tcp://me:velvet-anchor@desk' }, 'engine.addressInvalid'],
    ['a line break in a socket', { name: 'x', host: 'ssh://desk/run/%0adocker.sock' }, 'engine.addressInvalid'],
    ['escapes that are none', { name: 'x', host: 'ssh://a%zz@desk' }, 'engine.addressInvalid'],
    ['a socket that is not absolute', { name: 'x', host: 'unix://run/docker.sock' }, 'engine.addressInvalid'],
    ['another scheme', { name: 'x', host: 'file:///etc/passwd' }, 'engine.addressInvalid'],
    ['a path behind tcp', { name: 'x', host: 'tcp://desk/v1.41' }, 'engine.addressInvalid'],
    ...[
      'ssh://-oProxyCommand=touch',
      'ssh://-oX@desk',
      'ssh://%2doX@desk',
      'ssh://me:velvet-anchor@desk',
      'ssh://desk/run/%0abuildkitd.sock',
      'ssh://desk/run/x?addr=tcp',
      'kube-pod://--kubeconfig=x',
      'docker-container://--privileged',
      'docker-container://b?engine=--use',
    ].map((host): [string, Given, string] => [
      `BuildKit at ${host}`,
      { name: 'x', host, kind: 'buildkit' },
      'engine.addressInvalid',
    ]),
    ['a container as a Docker engine', { name: 'x', host: 'docker-container://b' }, 'engine.addressInvalid'],
    ['https without certificates', { name: 'x', host: 'https://desk' }, 'engine.addressInvalid'],
    [
      'certificates for a socket',
      { name: 'x', host: 'unix:///run/docker.sock', tls: { kind: 'folder', path: '/certs' } },
      'engine.addressInvalid',
    ],
  ])('are refused: %s', async (_, given, code) => {
    await add({ name: 'far', host: 'tcp://127.0.0.1:1' });
    const before = kept();
    const error = await add(given).then(() => undefined, toAppError);
    expect(error?.code).toBe(code);
    expect(JSON.stringify(error)).not.toContain('velvet');
    expect(kept()).toBe(before);
  });

  it.each(['remove', 'use', 'test'] as const)('that are not there can not be asked to %s', async (verb) => {
    await expect(engine()[verb]({ name: 'nowhere' }, never)).rejects.toMatchObject({
      error: { code: 'engine.unknown', params: { name: 'nowhere', known: 'default' } },
    });
  });
});
