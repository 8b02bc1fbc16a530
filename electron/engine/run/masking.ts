import { type AppError, AppFailure, toAppError } from '@shared/model/app-error.ts';
import type { RunLogWriter, RunStore } from '../journal.ts';
import { createMasker } from '../logs/masker.ts';
import type { Credential, CredentialSource } from '../ports.ts';

/** What knows secrets, and takes them out of texts. A run's log does. */
export type Masking = Pick<RunLogWriter, 'mask' | 'masked'>;

/** For those who have no log. */
export function createMasking(): Masking {
  const masker = createMasker();
  return {
    mask: (secrets) => masker.add(secrets),
    masked: (text) => Buffer.from(masker.mask(Buffer.from(text))).toString(),
  };
}

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
export function maskedError(error: AppError, log: Masking): AppError {
  const params = Object.entries(error.params).map(
    ([name, value]) => [name, typeof value === 'string' ? log.masked(value) : value] as const,
  );
  return {
    ...error,
    params: Object.fromEntries(params),
    ...(error.cause === undefined ? {} : { cause: log.masked(error.cause) }),
  };
}

/** The same for what is thrown at somebody who shows it. */
export function maskedFailure(thrown: unknown, log: Masking): AppFailure {
  return new AppFailure(maskedError(toAppError(thrown), log), { cause: thrown });
}

/** Whatever password a registry is given, the log doesn't show it. */
export function maskingCredentials(credentials: CredentialSource, log: Masking): CredentialSource {
  return {
    hosts: (signal) => credentials.hosts(signal),
    async forHost(host, signal) {
      const credential: Credential | undefined = await credentials.forHost(host, signal);
      if (credential !== undefined)
        log.mask(
          [credential.password, credential.identityToken, credential.registryToken].flatMap((each) => each ?? []),
        );
      return credential;
    },
  };
}
