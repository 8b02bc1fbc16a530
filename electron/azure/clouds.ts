import type { AzureCloud } from '@shared/model/service-principal.ts';

/** Where one of Azure's clouds signs applications in, and under which domain its Key Vaults are. */
export interface CloudHosts {
  readonly login: string;
  readonly vaults: string;
}

/**
 * As `az cloud list` has them (`activeDirectory`, `keyvaultDns`). Managed HSMs have keys and no secrets
 * (learn.microsoft.com: key-vault/general/about-keys-secrets-certificates).
 */
export const cloudHosts: Readonly<Record<AzureCloud, CloudHosts>> = {
  AzureCloud: { login: 'login.microsoftonline.com', vaults: 'vault.azure.net' },
  AzureChinaCloud: { login: 'login.chinacloudapi.cn', vaults: 'vault.azure.cn' },
  AzureUSGovernment: { login: 'login.microsoftonline.us', vaults: 'vault.usgovcloudapi.net' },
};
