// What git is told to connect to; servers that answer are in transports.itg.test.ts.
import { describe, expect, it } from 'vitest';
import { AppFailure } from '@shared/model/app-error.ts';
import { type AccessOptions, openAccess } from './access.ts';
import type { GitCommand } from './command.ts';
import { parseRemote } from './location.ts';
import type { Located } from './reach.ts';

const never = new AbortController().signal;
const parent: Located = {
  remote: parseRemote('https://public.example/app.git'),
  there: { reach: 'public', addresses: ['140.82.112.3'] },
};

async function settingsFor(remote: string, options: Partial<AccessOptions>): Promise<Map<string, string>> {
  const commands: GitCommand[] = [];
  const access = await openAccess(
    parseRemote(remote),
    {
      runGit: async (command) => {
        commands.push(command);
        return { kind: 'done', stdout: '', stderr: '' };
      },
      env: {},
      lookUp: async () => ['185.199.108.153'],
      credential: async () => undefined,
      onProgress: () => undefined,
      platform: 'linux',
      reach: 'local',
      ...options,
    },
    never,
  );
  await access.run({ args: ['fetch'] }, never);
  await access.close();
  return new Map(commands[0]?.settings);
}

describe('a host that our own look-up knows nothing of', () => {
  const lookUp = () => Promise.reject(new Error('SERVFAIL'));
  it.each(['http', 'https', 'git'])('is not left to git’s, which may be told something else (%s)', async (scheme) => {
    const thrown: unknown = await settingsFor(`${scheme}://rebinding.example/x.git`, { lookUp }).catch(
      (error: unknown) => error,
    );
    expect(thrown).toBeInstanceOf(AppFailure);
    expect(thrown).toMatchObject({ error: { code: 'source.hostUnknown', params: { host: 'rebinding.example' } } });
  });

  it('is the proxy’s to know, and ssh’s', async () => {
    const behind = await settingsFor('https://lan.example/x.git', {
      lookUp,
      env: { https_proxy: 'http://proxy:3128' },
    });
    expect(behind.get('remote.origin.url')).toBe('https://lan.example/x.git');
    expect((await settingsFor('git@alias:x.git', { lookUp })).get('remote.origin.url')).toBe('git@alias:x.git');
  });
});

it.each(['185.199.108.153', '2606:50c0:8000::153'])(
  'git’s own protocol goes to the address that was checked (%s)',
  async (found) => {
    const written = found.includes(':') ? `[${found}]` : found;
    const lookUp = async () => [found];
    const named = await settingsFor('git://lib.example:9000/lib.example/x.git', { from: parent, lookUp });
    expect(named.get('remote.origin.url')).toBe(`git://${written}:9000/lib.example/x.git`);
    const typed = await settingsFor('git://lib.example/x.git', { lookUp });
    expect(typed.get('remote.origin.url')).toBe('git://lib.example/x.git');
  },
);

it('addresses are pinned also for what may go past a proxy', async () => {
  const env = { https_proxy: 'http://proxy:3128', no_proxy: 'lib.example' };
  const settings = await settingsFor('https://lib.example/x.git', { from: parent, env });
  expect(settings.get('http.curloptResolve')).toBe('lib.example:443:185.199.108.153');
});
