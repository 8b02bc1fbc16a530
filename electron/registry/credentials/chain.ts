import type { Credential, CredentialSource } from '../../engine/ports.ts';

/**
 * Several sources as one: the first that has a credential for a host gives it. One that fails keeps the others from nothing;
 * only when none of them has a credential does its failure count, since then nobody knows whether there is one.
 */
export function chainCredentials(sources: readonly CredentialSource[]): CredentialSource {
  return {
    async forHost(host, signal): Promise<Credential | undefined> {
      const failures: unknown[] = [];
      for (const source of sources) {
        try {
          const credential = await source.forHost(host, signal);
          if (credential !== undefined) return credential;
        } catch (error) {
          signal.throwIfAborted();
          failures.push(error);
        }
      }
      if (failures.length > 0) throw failures[0];
      return undefined;
    },

    /** Of the sources that can tell; one that can't has its say in `forHost`. */
    async hosts(signal) {
      const known = await Promise.allSettled(sources.map((source) => source.hosts(signal)));
      signal.throwIfAborted();
      return [...new Set(known.flatMap((result) => (result.status === 'fulfilled' ? result.value : [])))].sort();
    },
  };
}
