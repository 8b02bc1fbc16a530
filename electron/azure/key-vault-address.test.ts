import { describe, expect, it } from 'vitest';
import { formatKeyVaultAddress, parseKeyVaultAddress } from './key-vault-address.ts';

describe('an address of Azure Key Vault', () => {
  it.each([
    ['https://myvault.vault.azure.net/secrets/token', 'AzureCloud', 'token', undefined],
    [
      'https://a-1.vault.azure.net/secrets/to-ken-2/0123456789abcdef0123456789abcdef',
      'AzureCloud',
      'to-ken-2',
      '0123456789abcdef0123456789abcdef',
    ],
    ['https://myvault.vault.azure.cn/secrets/token', 'AzureChinaCloud', 'token', undefined],
    ['https://myvault.vault.usgovcloudapi.net/secrets/token', 'AzureUSGovernment', 'token', undefined],
  ])('%s is one of %s', (text, cloud, name, version) => {
    const address = parseKeyVaultAddress(text);
    expect(address).toEqual({ cloud, host: new URL(text).host, name, ...(version === undefined ? {} : { version }) });
    expect(address && formatKeyVaultAddress(address)).toBe(text);
  });

  it.each([
    'http://myvault.vault.azure.net/secrets/token',
    'https://myvault.vault.azure.net',
    'https://myvault.vault.azure.net/secrets/',
    'https://myvault.vault.azure.net/secrets/token/',
    'https://myvault.vault.azure.net/secrets/token/v1/more',
    'https://myvault.vault.azure.net//secrets/token',
    'https://myvault.vault.azure.net/keys/token',
    'https://myvault.vault.azure.net/secrets/../keys/token',
    'https://myvault.vault.azure.net/secrets/to%2fken',
    'https://myvault.vault.azure.net/secrets/to_ken',
    'https://myvault.vault.azure.net/secrets/token?api-version=7.4',
    'https://myvault.vault.azure.net/secrets/token#x',
    'https://myvault.vault.azure.net:443/secrets/token',
    'https://myvault.vault.azure.net:8443/secrets/token',
    'https://user@myvault.vault.azure.net/secrets/token',
    'https://myvault.vault.azure.net@evil.example/secrets/token',
    'https://evil.example/secrets/token',
    'https://evil.example/myvault.vault.azure.net/secrets/token',
    'https://myvault.vault.azure.net.evil.example/secrets/token',
    'https://myvault.vault.azure.net./secrets/token',
    'https://myvaultxvault.azure.net/secrets/token',
    'https://evil.example%2f.vault.azure.net/secrets/token',
    'https://evil.example\\.vault.azure.net/secrets/token',
    'https://my.vault.vault.azure.net/secrets/token',
    'https://vault.azure.net/secrets/token',
    'https://.vault.azure.net/secrets/token',
    'https://-a-.vault.azure.net/secrets/token',
    'https://a.vault.azure.net/secrets/token',
    'https://abcdefghijklmnopqrstuvwxy.vault.azure.net/secrets/token',
    'https://mybook.managedhsm.azure.net/secrets/token',
    'https://myvault.vault.azure.net/secrets/token\n',
    'https://myvault.vault.azure.net/secrets/token /x',
    ' https://myvault.vault.azure.net/secrets/token',
    '',
  ])('%j is none', (text) => {
    expect(parseKeyVaultAddress(text)).toBeUndefined();
  });
});
