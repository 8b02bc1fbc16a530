import { z } from 'zod';
import { RegistryCheck, RegistryCredential, VaultStatus } from '../model/registry.ts';
import { command, query } from './define.ts';

const host = z.string().min(1);

export const registries = {
  list: query(z.void(), z.array(RegistryCredential)),
  /** Checks against the registry, then keeps the credential in the vault. */
  login: command(z.object({ host, username: z.string().min(1), password: z.string().min(1) }), RegistryCheck),
  logout: command(z.object({ host }), z.void()),
  test: command(z.object({ host }), RegistryCheck),
  vault: query(z.void(), VaultStatus),
  /** Opens the vault, or makes one under this passphrase when there is none. */
  unlock: command(z.object({ passphrase: z.string().min(8) }), VaultStatus),
};
