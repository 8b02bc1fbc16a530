import type { TestContext } from 'vitest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answers, type AzureStandIn, type Fault, principal, startAzure } from './azure-testing.ts';
import { type KeyVaultAddress, parseKeyVaultAddress } from './key-vault-address.ts';
import { createKeyVault, type KeyVaultOptions } from './key-vault.ts';

const never = new AbortController().signal;
const vault = 'https://harbour.vault.azure.net/secrets';
const secrets = {
  [`${vault}/token`]: 'tea & 🫖\n',
  [`${vault}/other`]: 'coffee',
  [`${vault}/off`]: null,
  [`${vault}/closed`]: 'gold',
  ...Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`${vault}/n${n}`, `value ${n}`])),
};

let azure: AzureStandIn;
/** Milliseconds that were waited for between tries, in no time. */
let waits: number[];

async function start(context: TestContext, lifetime = 3599): Promise<void> {
  waits = [];
  azure = await startAzure(context, { secrets, closed: [`${vault}/closed`], lifetime });
}
beforeEach((context) => start(context));
afterEach(() => azure.stop());

function client(options: KeyVaultOptions = {}) {
  return createKeyVault({
    connections: azure.connections,
    random: () => 0,
    clock: { now: () => Date.UTC(2026, 0, 1) },
    delay: async (ms) => void waits.push(ms),
    timeLimit: () => never,
    ...options,
  });
}

/** The secrets of these names, called by them. */
function wanted(...names: readonly string[]): ReadonlyMap<string, KeyVaultAddress> {
  return new Map(
    names.map((name) => {
      const address = parseKeyVaultAddress(`${vault}/${name}`);
      if (address === undefined) throw new Error(name);
      return [name, address];
    }),
  );
}

const asked = (whom: 'login' | 'vault') =>
  azure.seen.filter(({ line }) => line.startsWith(whom === 'login' ? 'POST' : 'GET'));

describe('a key vault', () => {
  it('is asked with a token that the principal got for it, and gives the value to the byte', async () => {
    const values = await client().read(principal, wanted('token', 'other/0123456789abcdef'), never);
    expect(Object.fromEntries(values)).toEqual({ token: 'tea & 🫖\n', 'other/0123456789abcdef': 'coffee' });
    const [signIn, ...reads] = azure.seen;
    expect(signIn?.line).toBe('POST login.microsoftonline.com /harbour.onmicrosoft.com/oauth2/v2.0/token');
    expect(Object.fromEntries(new URLSearchParams(signIn?.body))).toEqual({
      grant_type: 'client_credentials',
      client_id: principal.clientId,
      client_secret: principal.clientSecret,
      scope: 'https://vault.azure.net/.default',
    });
    expect(signIn?.authorization).toBeUndefined();
    expect(reads.map(({ line }) => line).sort()).toEqual([
      'GET harbour.vault.azure.net /secrets/other/0123456789abcdef?api-version=7.4',
      'GET harbour.vault.azure.net /secrets/token?api-version=7.4',
    ]);
    expect(new Set(reads.map(({ authorization, body }) => `${authorization} ${body}`))).toEqual(
      new Set(['Bearer token-1-of-the-harbour ']),
    );
  });

  it('of another cloud is asked with a token of that cloud', async () => {
    const address = parseKeyVaultAddress('https://harbour.vault.azure.cn/secrets/token');
    if (address === undefined) throw new Error('no address');
    const read = client().read({ ...principal, cloud: 'AzureChinaCloud' }, new Map([['a', address]]), never);
    await expect(read).rejects.toMatchObject({ error: { code: 'keyvault.secretNotFound' } });
    expect(azure.seen.map(({ line }) => line)).toEqual([
      'POST login.chinacloudapi.cn /harbour.onmicrosoft.com/oauth2/v2.0/token',
      'GET harbour.vault.azure.cn /secrets/token?api-version=7.4',
    ]);
    expect(new URLSearchParams(azure.seen[0]?.body).get('scope')).toBe('https://vault.azure.cn/.default');
  });

  it('gives many secrets for one token', async () => {
    const names = Array.from({ length: 12 }, (_, n) => `n${n}`);
    const values = await client().read(principal, wanted(...names), never);
    expect(Object.fromEntries(values)).toEqual(Object.fromEntries(names.map((name, n) => [name, `value ${n}`])));
    expect(asked('login')).toHaveLength(1);
  });

  it('is asked with the same token until shortly before that runs out, and with a new one for another principal', async () => {
    let now = 0;
    const vaults = client({ clock: { now: () => now } });
    const tokensAt = async (ms: number, as = principal) => {
      now = ms;
      await vaults.read(as, wanted('token'), never).catch(() => undefined);
      return asked('login').length;
    };
    expect(await tokensAt(0)).toBe(1);
    expect(await tokensAt(3_200_000)).toBe(1);
    expect(await tokensAt(3_300_000)).toBe(2);
    expect(await tokensAt(3_300_000, { ...principal, clientSecret: 'another' })).toBe(3);
  });

  it('that takes a token no more gets a new one, once for all secrets', async () => {
    const vaults = client();
    await vaults.read(principal, wanted('token'), never);
    azure.revoke();
    const values = await vaults.read(principal, wanted('token', 'other', 'n1', 'n2'), never);
    expect(values.size).toBe(4);
    expect(asked('login')).toHaveLength(2);
  });
});

describe('what goes wrong', () => {
  const page: Fault = answers(403, '<!doctype html><title>Proxy</title>', { 'content-type': 'text/html' });
  const busy = (retryAfter: string) =>
    answers(429, { error: { code: 'Throttled', message: '' } }, { 'retry-after': retryAfter });
  const failing = answers(500, { error: { code: 'InternalServerError', message: 'Try later.' } });
  const reset: Fault = (request) => request.socket.destroy();
  const huge: Fault = (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(`{"value":"${'x'.repeat(1_000_000)}"}`);
  };
  const away = (status: number) => answers(status, '', { location: 'https://elsewhere.example/secrets/token' });
  const echo: Fault = (request, response) =>
    answers(400, { error: { code: 'BadParameter', message: `no: ${request.headers.authorization}` } })(
      request,
      response,
    );

  it.each<[what: string, faults: readonly Fault[], waited: readonly number[]]>([
    ['one that is busy', [busy('3')], [3000]],
    ['two errors of the vault', [failing, failing], [400, 800]],
    ['a connection that breaks', [reset], [400]],
  ])('is waited out: %s', async (_what, faults, waited) => {
    azure.fail('vault', ...faults);
    expect((await client().read(principal, wanted('token'), never)).get('token')).toBe('tea & 🫖\n');
    expect(waits).toEqual(waited);
  });

  it('is waited out while signing in, too', async () => {
    azure.fail('login', busy('1'), answers(503, ''));
    expect((await client().read(principal, wanted('other'), never)).get('other')).toBe('coffee');
    expect(waits).toEqual([1000, 800]);
  });

  interface Case {
    readonly as?: Partial<typeof principal>;
    readonly name?: string;
    readonly login?: readonly Fault[];
    readonly vault?: readonly Fault[];
    readonly code: string;
    readonly cause: string;
  }
  it.each<[what: string, Case]>([
    ['a wrong secret', { as: { clientSecret: 'wrong' }, code: 'principalRefused', cause: 'AADSTS7000215' }],
    [
      'an unknown application',
      { as: { clientId: principal.clientId.replace('5d', '6d') }, code: 'principalRefused', cause: 'AADSTS700016' },
    ],
    ['an unknown directory', { as: { tenant: 'elsewhere.example' }, code: 'principalRefused', cause: 'AADSTS90002' }],
    [
      'a vault of another directory',
      {
        vault: Array.from({ length: 2 }, () =>
          answers(401, { error: { code: 'Unauthorized', message: 'AKV10032: Invalid issuer.' } }),
        ),
        code: 'principalRefused',
        cause: 'AKV10032',
      },
    ],
    [
      'no access',
      { name: 'closed', code: 'forbidden', cause: 'Forbidden, ForbiddenByRbac: Caller is not authorized.' },
    ],
    ['no such secret', { name: 'nothing', code: 'secretNotFound', cause: 'SecretNotFound' }],
    ['a disabled secret', { name: 'off', code: 'secretDisabled', cause: 'SecretDisabled' }],
    ['a limit that lasts', { vault: [busy('3600')], code: 'rateLimited', cause: '429' }],
    [
      'errors that last',
      { vault: [failing, failing, failing, failing], code: 'failed', cause: 'InternalServerError: Try later.' },
    ],
    ['errors of the sign-in that last', { login: [failing, failing, failing, failing], code: 'failed', cause: '500' }],
    [
      'nobody there',
      { vault: [reset, reset, reset, reset], code: 'unreachable', cause: 'https://harbour.vault.azure.net' },
    ],
    ['a page of a proxy instead of the vault', { vault: [page], code: 'failed', cause: '403' }],
    ['a page of a proxy instead of the sign-in', { login: [page], code: 'failed', cause: '403' }],
    ['somebody who knows nothing of the secret', { vault: [answers(404, 'not found')], code: 'failed', cause: '404' }],
    ['no JSON from the vault', { vault: [answers(200, '{"value": ')], code: 'invalid', cause: 'without a value' }],
    ['no value', { vault: [answers(200, { value: 7 })], code: 'invalid', cause: 'without a value' }],
    ['no JSON from the sign-in', { login: [answers(200, '<html>')], code: 'invalid', cause: 'without a token' }],
    [
      'a token that no header can hold',
      {
        login: [answers(200, { access_token: 'a\r\nb: c', expires_in: 9 })],
        code: 'invalid',
        cause: 'without a token',
      },
    ],
    ['an answer without end', { vault: [huge], code: 'invalid', cause: 'larger than' }],
    ['a token without end', { login: [huge], code: 'invalid', cause: 'larger than' }],
    [
      'a vault that sends us elsewhere',
      { vault: [away(302)], code: 'invalid', cause: 'redirects to https://elsewhere.example' },
    ],
    [
      'a sign-in that sends us elsewhere',
      { login: [away(307)], code: 'invalid', cause: 'redirects to https://elsewhere.example' },
    ],
    ['words that hold the token', { vault: [echo], code: 'failed', cause: 'no: Bearer ***' }],
  ])('is told: %s', async (_what, { as = {}, name = 'token', login = [], vault: atVault = [], code, cause }) => {
    azure.fail('login', ...login);
    azure.fail('vault', ...atVault);
    const given = { ...principal, ...as };
    const thrown: unknown = await client()
      .read(given, wanted(name), never)
      .catch((error: unknown) => error);
    expect(thrown).toMatchObject({
      error: {
        code: `keyvault.${code}`,
        cause: expect.stringContaining(cause) as unknown,
        params: { clientId: given.clientId },
      },
    });
    const told = JSON.stringify(thrown);
    expect(told).not.toContain(given.clientSecret);
    expect(told).not.toContain('of-the-harbour');
    expect(
      [...azure.reached].filter(
        (host) => !/^(?:login\.microsoftonline\.com|harbour\.vault\.azure\.net):443$/.test(host),
      ),
    ).toEqual([]);
  });

  it('says how long it has to be waited for', async () => {
    azure.fail('vault', busy('3600'));
    await expect(client().read(principal, wanted('token'), never)).rejects.toMatchObject({
      error: { retry: { afterMs: 3_600_000 }, params: { keyvault: `${vault}/token` } },
    });
  });

  /** Holds the answer back, and tells that it was asked for. */
  function silence(): { readonly fault: Fault; readonly reached: Promise<void> } {
    let reach = (): void => undefined;
    const reached = new Promise<void>((resolve) => (reach = resolve));
    return { fault: () => reach(), reached };
  }

  it('is silent for too long', async () => {
    const { fault, reached } = silence();
    azure.fail('vault', fault);
    const limit = new AbortController();
    const read = client({ timeLimit: () => limit.signal }).read(principal, wanted('token'), never);
    void reached.then(() => limit.abort(new Error('time is up')));
    await expect(read).rejects.toMatchObject({ error: { code: 'keyvault.unreachable' } });
  });

  it('ends when nobody wants it any more', async () => {
    const { fault, reached } = silence();
    azure.fail('vault', fault);
    const cancel = new AbortController();
    const read = client().read(principal, wanted('token'), cancel.signal);
    void reached.then(() => cancel.abort(new Error('canceled')));
    await expect(read).rejects.toThrow('canceled');
  });
});

describe('signing in', () => {
  it('gets a token each time, and nothing else', async () => {
    const vaults = client();
    await vaults.signIn(principal, never);
    await vaults.signIn(principal, never);
    expect(azure.seen).toHaveLength(2);
    expect(asked('login')).toHaveLength(2);
  });

  it('says why not', async () => {
    await expect(client().signIn({ ...principal, clientSecret: 'wrong' }, never)).rejects.toMatchObject({
      error: {
        code: 'keyvault.principalRefused',
        cause: expect.stringMatching(/401 invalid_client: AADSTS7000215: Invalid client secret provided\./) as unknown,
        fixes: [{ kind: 'setServicePrincipal' }],
      },
    });
  });
});
