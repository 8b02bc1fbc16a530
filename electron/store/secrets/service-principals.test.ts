import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ServicePrincipalInput } from '@shared/model/service-principal.ts';
import { createServicePrincipals } from './service-principals.ts';
import { memoryKeyring, noKeyring } from './vault-testing.ts';
import { openVault } from './vault.ts';

const clock = { now: () => Date.UTC(2026, 0, 2, 3, 4, 5) };
const signal = new AbortController().signal;
const principal: ServicePrincipalInput = {
  cloud: 'AzureCloud',
  tenant: 'harbour.onmicrosoft.com',
  clientId: '5d3c1b2a-0f9e-4d8c-b7a6-95847362514f',
  clientSecret: 'lock-&-quay 7',
};

let home: string;
beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'slipway-principals-'));
  return () => rm(home, { recursive: true, force: true });
});

describe('service principals', () => {
  it('are kept a cloud each, shown without secret, and removed', async () => {
    const principals = createServicePrincipals(openVault({ home, homeId: 'h', keyring: memoryKeyring() }), clock);
    expect(await principals.has('AzureCloud')).toBe(false);
    await principals.save({ ...principal, clientSecret: 'older' }, signal);
    await principals.save(principal, signal);
    await principals.save({ ...principal, cloud: 'AzureChinaCloud', tenant: 'harbour.partner.onmschina.cn' }, signal);

    expect(await principals.of('AzureCloud')).toEqual(principal);
    expect(await principals.of('AzureUSGovernment')).toBeUndefined();
    const { clientSecret: _secret, ...shown } = principal;
    expect(await principals.list()).toEqual([
      { ...shown, savedAt: '2026-01-02T03:04:05.000Z' },
      {
        ...shown,
        cloud: 'AzureChinaCloud',
        tenant: 'harbour.partner.onmschina.cn',
        savedAt: '2026-01-02T03:04:05.000Z',
      },
    ]);
    expect(await readFile(path.join(home, 'secrets.json'), 'utf8')).not.toContain(principal.clientSecret);

    expect(await principals.remove('AzureCloud', signal)).toBe(true);
    expect(await principals.remove('AzureCloud', signal)).toBe(false);
    expect(await principals.has('AzureCloud')).toBe(false);
  });

  it('are known to be there while the vault is locked', async () => {
    const first = openVault({ home, homeId: 'h', keyring: noKeyring });
    await first.unlock('correct horse battery');
    await createServicePrincipals(first, clock).save(principal, signal);

    const later = createServicePrincipals(openVault({ home, homeId: 'h', keyring: noKeyring }), clock);
    expect(await later.has('AzureCloud')).toBe(true);
    await expect(later.of('AzureCloud')).rejects.toMatchObject({ error: { code: 'secret.locked' } });
  });
});
