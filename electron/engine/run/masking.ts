import type { AppError } from '@shared/model/app-error.ts';
import type { RunLogWriter, RunStore } from '../journal.ts';
import type { Credential, CredentialSource } from '../ports.ts';

/** Masks secrets from now on; the author is told of those that are too short or too common to be masked. */
export function maskNamed(
  secrets: Readonly<Record<string, string>>,
  runId: string,
  store: RunStore,
  log: RunLogWriter,
): void {
  const names = Object.keys(secrets);
  for (const { index, reason } of log.mask(Object.values(secrets)))
    store.addFinding(runId, { code: 'secret.notMaskable', params: { name: names[index] ?? '', reason } });
}

/** What goes on the record shows no secret either: the daemon quotes instructions and their arguments. */
export function maskedError(error: AppError, log: RunLogWriter): AppError {
  const params = Object.entries(error.params).map(
    ([name, value]) => [name, typeof value === 'string' ? log.masked(value) : value] as const,
  );
  return {
    ...error,
    params: Object.fromEntries(params),
    ...(error.cause === undefined ? {} : { cause: log.masked(error.cause) }),
  };
}

/** Whatever password a registry is given, the log doesn't show it. */
export function maskingCredentials(credentials: CredentialSource, log: RunLogWriter): CredentialSource {
  return {
    hosts: (signal) => credentials.hosts(signal),
    async forHost(host, signal) {
      const credential: Credential | undefined = await credentials.forHost(host, signal);
      if (credential !== undefined)
        log.mask([credential.password, ...(credential.identityToken === undefined ? [] : [credential.identityToken])]);
      return credential;
    },
  };
}
