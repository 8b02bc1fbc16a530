import { z } from 'zod';
import { Moment } from './run.ts';

/** Azure's clouds by the names of `az cloud list`. Each has its own sign-in and its own Key Vaults. */
export const AzureCloud = z.enum(['AzureCloud', 'AzureChinaCloud', 'AzureUSGovernment']);
export type AzureCloud = z.infer<typeof AzureCloud>;

/**
 * The domain of a cloud's Key Vaults: `keyvaultDns` of `az cloud list`. Managed HSMs, which have others, hold keys and no secrets
 * (learn.microsoft.com: key-vault/general/about-keys-secrets-certificates).
 */
export const keyVaultDomains: Readonly<Record<AzureCloud, string>> = {
  AzureCloud: 'vault.azure.net',
  AzureChinaCloud: 'vault.azure.cn',
  AzureUSGovernment: 'vault.usgovcloudapi.net',
};

/** A directory's id, or one of its domains: `contoso.onmicrosoft.com`. `common` and its like name none. */
const Tenant = z.union([z.guid(), z.string().regex(/^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i)]);

/** A service principal as it may be shown: never its secret. One is kept a cloud. */
export const ServicePrincipal = z.object({
  cloud: AzureCloud,
  tenant: z.string(),
  /** The id of its application. */
  clientId: z.string(),
  savedAt: Moment,
});
export type ServicePrincipal = z.infer<typeof ServicePrincipal>;

/** A service principal as it is given, with what proves that we may act as it. */
export const ServicePrincipalInput = z.object({
  cloud: AzureCloud.default('AzureCloud'),
  tenant: Tenant,
  clientId: z.guid(),
  clientSecret: z.string().min(1),
});
export type ServicePrincipalInput = z.infer<typeof ServicePrincipalInput>;
