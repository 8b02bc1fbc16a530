import type { Settings } from '@shared/model/settings.ts';
import type { RequestSecrets } from '@shared/model/quick-build.ts';
import type { RunLogs, RunStore } from '../journal.ts';
import type { BuildContext, Clock, ContainerEngine, CredentialSource, Registry } from '../ports.ts';

/** What carrying out a run needs of the world. */
export interface RunParts {
  readonly store: RunStore;
  readonly logs: RunLogs;
  readonly engine: ContainerEngine;
  readonly registry: Registry;
  readonly credentials: CredentialSource;
  readonly clock: Clock;
  readonly settings: () => Settings;
  /** The secret values of a run's request; empty when they are known no more. */
  readonly requestSecrets: (runId: string) => Promise<RequestSecrets>;
  /** Checks a request's folder and Dockerfile. @throws `context.*`, `dockerfile.notFound` */
  readonly resolveContext: (
    context: string,
    dockerfile: string | undefined,
    signal: AbortSignal,
  ) => Promise<BuildContext>;
  readonly environment: Readonly<Record<string, string | undefined>>;
}
