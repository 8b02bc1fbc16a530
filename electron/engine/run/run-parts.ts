import type { ImageContents } from '@shared/model/image-contents.ts';
import type { RequestSecrets } from '@shared/model/quick-build.ts';
import type { Settings } from '@shared/model/settings.ts';
import type { Finding } from '@shared/model/run.ts';
import type { TaskSecret } from '@shared/model/task.ts';
import type { RunLogs, RunStore } from '../journal.ts';
import type { BuildContext, Clock, ContainerEngine, CredentialSource, Registry } from '../ports.ts';
import type { Reach, Sources } from '../ports/sources.ts';
import type { PausedRuns } from './task/pauses.ts';
import type { TaskTexts } from './task/prepare-task.ts';

/** What carrying out any run needs of the world. */
export type SharedRunParts = Omit<RunParts, 'engine' | 'engineName'>;

/** What carrying out a run needs of the world. */
export interface RunParts {
  readonly store: RunStore;
  readonly logs: RunLogs;
  /** The one that the run goes to, from its start to its end. */
  readonly engine: ContainerEngine;
  readonly engineName: string;
  readonly registry: Registry;
  readonly credentials: CredentialSource;
  readonly clock: Clock;
  readonly settings: () => Settings;
  /** The secret values of a run's request; empty when they are known no more. */
  readonly requestSecrets: (runId: string) => Promise<RequestSecrets>;
  readonly sources: Sources;
  /** Checks a request's folder and Dockerfile. @throws `context.*`, `dockerfile.notFound` */
  readonly resolveContext: (
    context: string,
    dockerfile: string | undefined,
    signal: AbortSignal,
  ) => Promise<BuildContext>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly taskTexts: TaskTextStore;
  readonly imageContents: ImageContentsStore;
  /** How a task of this context reads what its `alias.src` names. */
  readonly aliasSources: (
    context: string | undefined,
    reach: Reach,
  ) => (source: string, signal: AbortSignal) => Promise<string>;
  /** What a run should know of a registry that it uses, without asking it. */
  readonly registryNotes: (registry: string) => Promise<readonly Finding[]>;
  /** The values of a task's secrets, by id. @throws `task.secretUnknown`, `secret.*`, `keyvault.*` */
  readonly taskSecrets: (secrets: readonly TaskSecret[], signal: AbortSignal) => Promise<ReadonlyMap<string, string>>;
  /** Where a run that stands still is found. */
  readonly pausedRuns: PausedRuns;
  /** Where the Dockerfile of a failed build is kept whose files are removed; goes with the run. */
  readonly failedDockerfile: (runId: string) => string;
  /** A folder for what a run lays out on this machine; removed with the run's others. */
  readonly scratchFolder: (runId: string) => string;
}

/** The texts of runs' tasks, kept beside their logs. */
export interface TaskTextStore {
  keep(runId: string, texts: TaskTexts): Promise<void>;
  /** @throws `store.damaged` when they can't be read */
  of(runId: string): Promise<TaskTexts>;
  /** What it became, secrets masked, and the text that it came from when that was changed since. */
  keepRendered(runId: string, text: string, rendered: string): Promise<void>;
  /** Undefined when there is none yet. */
  rendered(runId: string): Promise<{ readonly text: string; readonly rendered: string } | undefined>;
}

/** What the images of runs are made of, kept beside their logs. */
export interface ImageContentsStore {
  /** Replaces what was known of the image. */
  keep(runId: string, image: string, contents: readonly ImageContents[]): Promise<void>;
  /** @throws `store.damaged` when it can't be read */
  of(runId: string): Promise<readonly ImageContents[]>;
  /** Keeps the statement of an attestation. */
  keepStatement(runId: string, digest: string, text: string): Promise<void>;
  /** Undefined for one that isn't kept. */
  statement(runId: string, digest: string): Promise<string | undefined>;
}
