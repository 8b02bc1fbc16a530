import { AppFailure } from '@shared/model/app-error.ts';
import { noSecrets, RequestSecrets } from '@shared/model/quick-build.ts';
import type { Vault } from '../store/secrets/vault.ts';

/**
 * The secret values of runs' requests: in the vault when it is open, so that a queued run and a re-run have them after a
 * restart; else in this process's memory alone. Never on the record.
 */
export interface SealedSecrets {
  /** @throws `disk.full`, `store.damaged` */
  keep(runId: string, secrets: RequestSecrets): Promise<void>;
  /** Empty when none were kept, or when they are known no more. @throws `secret.locked` when they wait behind a passphrase */
  of(runId: string): Promise<RequestSecrets>;
  /** Removes the values of every run that isn't there any more; does nothing while the vault is locked. */
  tidy(exists: (runId: string) => boolean): Promise<void>;
}

const namespace = 'run/';

/** Keeps the secrets of runs in a vault. */
export function createSealedSecrets(vault: Vault): SealedSecrets {
  async function isOpen(): Promise<boolean> {
    const { state } = await vault.status();
    return state === 'keyring' || state === 'unlocked';
  }
  return {
    async keep(runId, secrets) {
      if (Object.values(secrets).every((named) => Object.keys(named).length === 0)) return;
      const value = JSON.stringify(secrets);
      // At once: the queue may begin the run before the vault has written.
      vault.rememberForSession(`${namespace}${runId}`, value);
      if (!(await isOpen())) return;
      try {
        await vault.put(`${namespace}${runId}`, value);
      } catch (error) {
        // A keyring may be there and take nothing; then memory is what is left.
        if (!(error instanceof AppFailure && error.error.code === 'secret.noKeyring')) throw error;
      }
    },
    async of(runId) {
      const value = await vault.get(`${namespace}${runId}`);
      return value === undefined ? noSecrets : RequestSecrets.parse(JSON.parse(Buffer.from(value).toString('utf8')));
    },
    async tidy(exists) {
      const orphans = (await vault.names()).filter(
        (name) => name.startsWith(namespace) && !exists(name.slice(namespace.length)),
      );
      if (orphans.length === 0 || !(await isOpen())) return;
      for (const name of orphans) await vault.remove(name);
    },
  };
}
