// What hostile submodules and large files would have git and git-lfs do (spec: reliability-security S6, S8).
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Content, GitRepository } from '../../scripts/parts/git-repository.ts';
import { errorOf, filesIn, setUpGit, startGitProxy } from './git-testing.ts';
import { hostileBench, unharmed } from './hostile-testing.ts';

const given = hostileBench();

describe('submodules', () => {
  const described = (url: string, more = '', at = 'lib') =>
    `[submodule "lib"]\n\tpath = ${at}\n\turl = ${url}\n${more}`;
  let lib: GitRepository;
  let tip: string;
  beforeAll(async () => {
    lib = await given.repository('lib', { 'hooks/post-checkout': given.program(), file: 'lib\n' });
    tip = await lib.git('rev-parse', 'main');
  });

  it.each<[what: string, gitmodules: () => Content, at: string]>([
    [
      'a carriage return at the end of its path (CVE-2025-48384)',
      () => described(given.server.url('open', 'lib'), '', '"lib\r"'),
      'lib\r',
    ],
    ['an option for an address (CVE-2018-17456)', () => described(`-u./payload`), 'lib'],
    ['an option for a path', () => described(given.server.url('open', 'lib'), '', '-u'), '-u'],
    ['a command for an address', () => described(`"ext::sh -c touch% ${given.canary}"`), 'lib'],
    [
      'a command for an update (CVE-2019-19604)',
      () => described(given.server.url('open', 'lib'), `\tupdate = !touch ${given.canary}\n`),
      'lib',
    ],
    [
      'an ssh option for a host (CVE-2017-1000117)',
      () => described(`ssh://-oProxyCommand=touch%20${given.canary}/x`),
      'lib',
    ],
    ['a file of this machine (CVE-2022-39253)', () => described(`file://${given.server.repositories}/lib.git`), 'lib'],
    ['a folder of this machine', () => described(`${given.server.repositories}/lib.git`), 'lib'],
    ['a line end in its address (CVE-2020-5260)', () => described('"http://127.0.0.1/x%0ahost=evil"'), 'lib'],
    ['cloud metadata for an address', () => described('http://169.254.169.254/x.git'), 'lib'],
    ['a description that is a link', () => ({ link: '../../outside/secret' }), 'lib'],
    ['a description that includes a file', () => `[include]\n\tpath = ${given.outside}/home/.gitconfig\n`, 'lib'],
    ['no description', () => '', 'lib'],
    ['a description that is none', () => '[submodule\n\0', 'lib'],
  ])('with %s are refused', async (what, gitmodules, at) => {
    const name = `sub-${Buffer.from(what).toString('hex').slice(0, 60)}`;
    await given.repository(name, { '.gitmodules': gitmodules(), [at]: { submodule: tip }, payload: given.program() });
    const error = await errorOf(given.bench.checkout({ remote: given.server.url('open', name) }, { submodules: true }));
    expect(['source.submoduleRefused', 'source.invalid', 'source.failed']).toContain(error.code);
    expect(await given.harm()).toEqual(unharmed);
  });

  it('with hooks of their own, and through links that other file systems would follow (CVE-2024-32002), run nothing', async () => {
    await given.repository('case', {
      '.gitmodules': described(given.server.url('open', 'lib'), '', 'A/modules/x'),
      a: { link: '.git' },
      'A/modules/x': { submodule: tip },
    });
    const { root } = await given.bench.checkout({ remote: given.server.url('open', 'case') }, { submodules: true });
    expect(await filesIn(path.join(root, 'A/modules/x'))).toMatchObject({ file: 'lib\n' });
    expect(await given.harm()).toEqual(unharmed);
  });

  it('from outside lead neither into this machine nor into its network', async () => {
    const port = given.server.host.split(':')[1];
    const proxy = await startGitProxy(given.server);
    const addresses: Record<string, string> = { 'public.invalid': '140.82.112.3', 'inside.invalid': '10.1.2.3' };
    const behind = await setUpGit({
      environment: { ...process.env, http_proxy: proxy.url },
      lookUp: async (host) => [addresses[host] ?? '185.199.108.153'],
    });
    for (const [index, url] of [
      `http://127.0.0.1:${port}/open/lib.git`,
      `http://localhost:${port}/open/lib.git`,
      `http://2130706433:${port}/open/lib.git`,
      `http://[::1]:${port}/open/lib.git`,
      `http://inside.invalid/open/lib.git`,
      `git://inside.invalid/lib.git`,
      `git@inside.invalid:lib.git`,
    ].entries()) {
      await given.repository(`inward-${index}`, { '.gitmodules': described(url), lib: { submodule: tip } });
      const asked = given.server.requests.filter(({ path: place }) => place.includes('/lib.git')).length;
      const error = await errorOf(
        behind.checkout({ remote: `http://public.invalid/open/inward-${index}.git` }, { submodules: true }),
      );
      expect(error).toMatchObject({
        code: 'source.invalid',
        params: { reason: 'public.invalid must not lead into this network' },
      });
      expect(given.server.requests.filter(({ path: place }) => place.includes('/lib.git'))).toHaveLength(asked);
    }
    await behind.remove();
    await proxy.stop();
    expect(await given.harm()).toEqual(unharmed);
  });
});

describe('large files', () => {
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 5\n`;
  it.each([
    ['a command', (to: string) => `[lfs]\n\turl = "ext::sh -c touch% ${to}"\n`],
    ['files of this machine', () => `[lfs]\n\turl = file:///etc\n`],
    ['an ssh option', (to: string) => `[lfs]\n\turl = ssh://-oProxyCommand=touch%20${to}/x\n`],
    ['ssh', () => `[lfs]\n\turl = ssh://git@host/x\n`],
    ['metadata', () => `[lfs]\n\turl = http://169.254.169.254/x\n`],
    ['metadata, by the remote', () => `[remote "origin"]\n\tlfsurl = http://169.254.169.254/x\n`],
    [
      'a program for the transfer',
      (to: string) =>
        `[lfs]\n\tstandalonetransferagent = evil\n[lfs "customtransfer.evil"]\n\tpath = touch\n\targs = ${to}\n`,
    ],
  ])('that come by %s are refused', async (what, config) => {
    const name = `lfs-${what.replaceAll(/\W/g, '-')}`;
    await given.repository(name, {
      '.gitattributes': '*.bin filter=lfs\n',
      '.lfsconfig': config(given.canary),
      'a.bin': pointer,
    });
    const error = await errorOf(given.bench.checkout({ remote: given.server.url('open', name) }, { lfs: true }));
    expect(['source.invalid', 'source.lfsFailed']).toContain(error.code);
    expect(await given.harm()).toEqual(unharmed);
  });
});
