import type { RuntimeHandlers } from '@shared/contract/index.ts';
import { appFailure, type AppFailure } from '@shared/model/app-error.ts';
import type { AzureCloud } from '@shared/model/service-principal.ts';
import type { KeyVault } from '../azure/key-vault.ts';
import type { ServicePrincipals } from '../store/secrets/service-principals.ts';
import { setPrincipal } from './task-secrets.ts';

export interface KeyVaultHandlerParts {
  readonly principals: ServicePrincipals;
  readonly keyVault: KeyVault;
  readonly onChange: () => void;
}

/** The operations on the service principals for Azure Key Vault. Their secrets go in, and never come out. */
export function keyVaultHandlers({
  principals,
  keyVault,
  onChange,
}: KeyVaultHandlerParts): RuntimeHandlers['keyVault'] {
  return {
    principals: async () => [...(await principals.list())],
    async save(principal, signal) {
      await principals.save(principal, signal);
      onChange();
    },
    async remove({ cloud }, signal) {
      if (!(await principals.remove(cloud, signal))) throw noPrincipal(cloud);
      onChange();
    },
    async test({ cloud }, signal) {
      const principal = await principals.of(cloud);
      if (principal === undefined) throw noPrincipal(cloud);
      await keyVault.signIn(principal, signal);
    },
  };
}

function noPrincipal(cloud: AzureCloud): AppFailure {
  return appFailure('keyvault.noPrincipal', {
    params: { cloud },
    fixes: [{ kind: 'copyCommand', command: setPrincipal(cloud) }, { kind: 'setServicePrincipal' }],
  });
}
