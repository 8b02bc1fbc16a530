import { AzureCloud, keyVaultDomains } from '@shared/model/service-principal.ts';

/** Where a secret is: `https://myvault.vault.azure.net/secrets/token`, in pieces. */
export interface KeyVaultAddress {
  readonly cloud: AzureCloud;
  /** `myvault.vault.azure.net` */
  readonly host: string;
  readonly name: string;
  /** The current one where it is left out. */
  readonly version?: string;
}

/** Names as Key Vault lets them be (learn.microsoft.com: key-vault/general/about-keys-secrets-certificates, DNS suffixes and names). */
const shape =
  /^https:\/\/([a-z0-9][a-z0-9-]{1,22}[a-z0-9])\.([a-z.]+)\/secrets\/([a-z0-9-]{1,127})(?:\/([a-z0-9]{1,64}))?$/;

/**
 * Reads an address that is a secret of a Key Vault and nothing else: no port, no user, no query, no second label before Azure's own
 * domain. Undefined for any other: a token goes to no such place.
 * @param address in small letters and without a slash at its end, as ACR reads it
 */
export function parseKeyVaultAddress(address: string): KeyVaultAddress | undefined {
  const [, vault, domain, name, version] = shape.exec(address) ?? [];
  const cloud = AzureCloud.options.find((each) => keyVaultDomains[each] === domain);
  if (cloud === undefined || vault === undefined || name === undefined) return undefined;
  return { cloud, host: `${vault}.${keyVaultDomains[cloud]}`, name, ...(version === undefined ? {} : { version }) };
}

/** The address as a task names it. */
export function formatKeyVaultAddress({ host, name, version }: KeyVaultAddress): string {
  return `https://${host}/secrets/${name}${version === undefined ? '' : `/${version}`}`;
}
