// What a hostile address and a person's own configuration would have git do (spec: reliability-security S6, S11).
import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { errorOf, filesIn } from './git-testing.ts';
import { hostileBench, unharmed } from './hostile-testing.ts';

const given = hostileBench();

describe('an address', () => {
  it.each<[field: 'remote' | 'ref' | 'folder', value: () => string]>([
    ['remote', () => `--upload-pack=touch ${given.canary}`],
    ['remote', () => `-u./payload`],
    ['remote', () => '-b'],
    ['remote', () => `ext::sh -c touch% ${given.canary}`],
    ['remote', () => `ext::sh`],
    ['remote', () => `fd::0`],
    ['remote', () => `ssh://-oProxyCommand=touch%20${given.canary}/x`],
    ['remote', () => `ssh://-oProxyCommand=touch$IFS${given.canary}/x.git`],
    ['remote', () => `-oProxyCommand=touch${given.canary}:x`],
    ['remote', () => `git@-oProxyCommand=x:y`],
    ['remote', () => `git@host:-oProxyCommand=x`],
    ['remote', () => `ssh://host/--upload-pack=touch`.replace('/--', '/-')],
    ['remote', () => `file://${given.server.repositories}/app.git`],
    ['remote', () => `${given.server.repositories}/app.git`],
    ['remote', () => '../../server/repositories/app.git'],
    ['remote', () => `http://ada:secret@${given.server.host}/open/app.git`],
    ['remote', () => `http://${given.server.host}/open/app.git\n--upload-pack=x`],
    ['remote', () => `http://${given.server.host}/open/app.git%0a%0dhost=evil`],
    ['remote', () => `http://169.254.169.254/latest/x.git`],
    ['remote', () => `http://2852039166/x.git`],
    ['remote', () => `http://[fe80::1]/x.git`],
    ['remote', () => `git://[::ffff:a9fe:a9fe]/x.git`],
    ['remote', () => 'git@169.254.169.254:x'],
    ['ref', () => `--upload-pack=touch ${given.canary}`],
    ['ref', () => '--upload-pack=touch'],
    ['ref', () => '-b'],
    ['ref', () => 'main\n--upload-pack=touch'],
    ['ref', () => 'main:refs/heads/evil'],
    ['ref', () => '../../../HEAD'],
    ['ref', () => `$(touch ${'x'})`],
    ['ref', () => '^main'],
    ['ref', () => 'main~1'],
    ['ref', () => 'main@{1}'],
    ['ref', () => 'refs/heads/*'],
    ['folder', () => '../../etc'],
    ['folder', () => '/../../etc/passwd'],
    ['folder', () => 'a/../../outside'],
    ['folder', () => 'a\nb'],
    ['folder', () => 'a\0b'],
  ])('whose %s is %s is refused before git hears of it', async (field, value) => {
    await writeFile(given.log, '');
    const location = { remote: given.server.url('open', 'app'), ref: 'main', [field]: value() };
    const error = await errorOf(given.bench.checkout(location));
    expect(['source.invalid', 'source.folderOutside']).toContain(error.code);
    expect((await readFile(given.log, 'utf8')).replaceAll('--version\n', '')).toBe('');
    expect(await given.harm()).toEqual(unharmed);
  });
});

it.each(['http://127.0.0.1:1/x.git', 'http://localhost/x.git', 'git@10.1.2.3:x', 'git://[::1]/x.git'])(
  'an address of this network, %s, is refused where no person named it',
  async (remote) => {
    const error = await errorOf(given.bench.checkout({ remote }, { reach: 'public' }));
    expect(error).toMatchObject({ code: 'source.invalid' });
    expect(await given.harm()).toEqual(unharmed);
  },
);

describe('a person’s own configuration', () => {
  it('is not read: no program, no rewriting, no password', async () => {
    const repository = await given.repository('plain', {
      file: 'text\n',
      '.gitattributes': '* filter=evil diff=evil merge=evil\n',
    });
    const { root } = await given.bench.checkout({ remote: given.server.url('open', 'plain') });
    expect((await filesIn(root))['file']).toBe('text\n');
    const error = await errorOf(given.bench.checkout({ remote: given.server.url('private', 'plain') }));
    expect(error.code).toBe('source.unauthorized');
    expect(given.server.requests.filter(({ authorization }) => authorization !== undefined)).toEqual([]);
    expect(repository.folder).toContain('plain');
    expect(await given.harm()).toEqual(unharmed);
  });
});
