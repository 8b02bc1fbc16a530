import { RequestSecrets } from '@shared/model/quick-build.ts';

/** What is needed of the vault. */
export interface Vault {
  /** Whether entries can be written and read now. */
  readonly open: () => Promise<boolean>;
  readonly put: (name: string, value: string) => Promise<void>;
  readonly get: (name: string) => Promise<string | undefined>;
  readonly remove: (name: string) => Promise<void>;
}

/**
 * The secret values of runs' requests: in the vault when it is open, so that a queued run and a re-run have them after a
 * restart; else in this process's memory alone. Never on the record.
 */
export interface SealedSecrets {
  keep(runId: string, secrets: RequestSecrets): Promise<void>;
  /** Empty when none were kept, or when they are known no more. */
  of(runId: string): Promise<RequestSecrets>;
  forget(runId: string): Promise<void>;
}

const none: RequestSecrets = { buildArgs: {}, secrets: {} };
const entry = (runId: string) => `run/${runId}`;

/** Keeps the secrets of runs in a vault. */
export function createSealedSecrets(vault: Vault): SealedSecrets {
  const memory = new Map<string, RequestSecrets>();
  return {
    async keep(runId, secrets) {
      if (Object.keys(secrets.buildArgs).length + Object.keys(secrets.secrets).length === 0) return;
      memory.set(runId, secrets);
      if (await vault.open()) await vault.put(entry(runId), JSON.stringify(secrets));
    },
    async of(runId) {
      const remembered = memory.get(runId);
      if (remembered !== undefined) return remembered;
      if (!(await vault.open())) return none;
      const sealed = await vault.get(entry(runId));
      return sealed === undefined ? none : RequestSecrets.parse(JSON.parse(sealed));
    },
    async forget(runId) {
      memory.delete(runId);
      if (await vault.open()) await vault.remove(entry(runId));
    },
  };
}
