import { describe, expect, it } from 'vitest';
import { isLoopback, isRegistryHost, originsOf } from './host.ts';
import { mayLead } from './http.ts';

describe('hosts of registries', () => {
  it.each([
    ['docker.io', true],
    ['reg.example', true],
    ['reg.example:5000', true],
    ['localhost', true],
    ['[::1]:5000', true],
    ['myreg', false],
    ['', false],
    ['reg.example/team', false],
    ['https://reg.example', false],
    ['user@reg.example', false],
    ['reg.example:port', false],
    ['index.docker.io', false],
  ])('%s: %s', (host, expected) => {
    expect(isRegistryHost(host)).toBe(expected);
  });

  it.each([
    ['docker.io', ['https://registry-1.docker.io']],
    ['reg.example:5000', ['https://reg.example:5000']],
    ['10.0.0.1:5000', ['https://10.0.0.1:5000']],
    ['localhost.example', ['https://localhost.example']],
    ['127.0.0.1.example', ['https://127.0.0.1.example']],
    ['127.0.0.1:5000', ['https://127.0.0.1:5000', 'http://127.0.0.1:5000']],
    ['127.8.9.10', ['https://127.8.9.10', 'http://127.8.9.10']],
    ['LocalHost:5000', ['https://localhost:5000', 'http://localhost:5000']],
    ['[::1]:5000', ['https://[::1]:5000', 'http://[::1]:5000']],
  ])('%s is looked for at %j', (host, origins) => {
    expect(originsOf(host)).toEqual(origins);
  });

  it('that no URL takes are refused', () => {
    expect(() => originsOf('reg.example:99999')).toThrow('registry.invalid');
  });

  it.each([
    ['127.0.0.1', true],
    ['127.255.255.254', true],
    ['[::1]', true],
    ['localhost', true],
    ['128.0.0.1', false],
    ['0.0.0.0', false],
    ['127.0.0.1.nip.example', false],
    ['evil-localhost', false],
    ['[::ffff:127.0.0.1]', false],
  ])('%s is this machine: %s', (hostname, expected) => {
    expect(isLoopback(hostname)).toBe(expected);
  });
});

describe('who may lead where (redirects and token servers)', () => {
  it.each([
    ['https://reg.example', 'https://auth.example/token', true],
    ['https://reg.example', 'http://auth.example/token', false],
    ['https://reg.example', 'http://reg.example/token', false],
    ['https://reg.example', 'http://127.0.0.1/token', false],
    ['https://reg.example', 'https://localhost/token', false],
    ['https://reg.example', 'https://user:pw@auth.example', false],
    ['https://reg.example', 'ftp://auth.example', false],
    ['https://reg.example', 'file:///etc/passwd', false],
    ['http://127.0.0.1:5000', 'http://127.0.0.1:5001/token', true],
    ['http://127.0.0.1:5000', 'http://localhost:5001/token', true],
    ['http://127.0.0.1:5000', 'https://auth.example/token', true],
    ['http://127.0.0.1:5000', 'http://auth.example/token', false],
    ['https://127.0.0.1:5000', 'http://127.0.0.1:5001/token', true],
  ])('%s to %s: %s', (from, to, expected) => {
    expect(mayLead(new URL(from), new URL(to))).toBe(expected);
  });
});
