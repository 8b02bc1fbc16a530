import { z } from 'zod';
import { AzureCloud, ServicePrincipal, ServicePrincipalInput } from '../model/service-principal.ts';
import { command, query } from './define.ts';

const ofCloud = z.object({ cloud: AzureCloud });

/** The service principals with which secrets of tasks are read from Azure Key Vault. */
export const keyVault = {
  principals: query(z.void(), z.array(ServicePrincipal)),
  /** Keeps it in the vault, in place of an older one for its cloud. The secret never comes back. */
  save: command(ServicePrincipalInput, z.void()),
  /** @throws `keyvault.noPrincipal` */
  remove: command(ofCloud, z.void()),
  /** Signs in with what is kept. @throws `keyvault.principalRefused` and others of its kind */
  test: command(ofCloud, z.void()),
};
