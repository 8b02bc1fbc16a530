import { formatPlatform } from '@shared/model/platform.ts';
import type { BuildEvent, ImageBuild } from '../../engine/ports.ts';
import { nameOfDockerfile } from '../read-dockerfile.ts';
import { buildFailure } from './errors/build-failure.ts';
import type { GrpcClient } from './grpc/client.ts';
import { OutputTails } from './output-tails.ts';
import type { BuildSession } from './session/build-session.ts';
import { followStatus } from './status.ts';
import { type BuildVertex, VertexLedger } from './vertices.ts';

/**
 * Milliseconds of silence after which a build that is over counts as told. 20.10 stops in the middle of some very long logs and
 * never ends them; docker's own client then waits for ever.
 */
const lastWords = 10_000;

/** What is told of a build while it goes on, and what that makes of its failure. */
export interface BuildProgress {
  /**
   * The digest of the vertex that failed with these words; `undefined` when nothing is told of one. Daemons tell of it a little
   * before or after they reject the call.
   */
  failed(words: string): Promise<string | undefined>;
  /** Why the build failed, from what its call was rejected with. See `errors/build-failure.ts`. */
  failure(thrown: unknown): unknown;
  /** To be called when the build is over: waits until all of it was told. Canceled or not, the daemon says when nothing of it is left. */
  over(): Promise<void>;
}

/** Follows the build `ref`, which may be about to begin. Of one that was `canceled` nobody waits for every line. */
export function followBuild(
  control: GrpcClient,
  ref: string,
  of: {
    readonly build: ImageBuild;
    readonly dockerfileText: string;
    readonly session: BuildSession;
    /** Of a build that is tried again: vertices keep their numbers. */
    readonly ledger?: VertexLedger;
  },
  onEvent: (event: BuildEvent) => void,
  canceled: AbortSignal,
): BuildProgress {
  const { build, dockerfileText, session, ledger = new VertexLedger() } = of;
  const tails = new OutputTails();
  const failed: BuildVertex[] = [];
  let onFailed: () => void = () => undefined;
  const endOfStatus = new AbortController();
  let silence: NodeJS.Timeout | undefined = undefined;
  const listen = (event: BuildEvent) => {
    if (!canceled.aborted) silence?.refresh();
    if (event.kind === 'log') tails.add(event.vertex, event.data);
    onEvent(event);
    if (event.kind !== 'vertex' || event.vertex.status !== 'failed') return;
    failed.push(event.vertex);
    onFailed();
  };
  // Where it failed, so did the build, or nothing but its last words is missing.
  const told = followStatus(control, ref, ledger, listen, endOfStatus.signal).catch(() => undefined);
  return {
    async failed(words) {
      const find = () => failed.findLast(({ error = '' }) => error !== '' && words.includes(error))?.digest;
      let patience: NodeJS.Timeout | undefined;
      await Promise.race([
        told,
        new Promise<void>((resolve) => {
          patience = setTimeout(resolve, lastWords);
          onFailed = () => void (find() !== undefined && resolve());
          onFailed();
        }),
      ]);
      clearTimeout(patience);
      return find();
    },
    failure: (thrown) =>
      session.failure() ??
      buildFailure(thrown, {
        dockerfile: nameOfDockerfile(build.context),
        dockerfileText,
        platform: build.platforms.map(formatPlatform).join(','),
        vertex: (digest) => (digest === undefined ? undefined : ledger.byDigestOrUndefined(digest)) ?? ledger.failed(),
        outputOf: (number) => tails.of(number),
      }),
    async over() {
      silence = setTimeout(() => endOfStatus.abort(), lastWords);
      await told;
      clearTimeout(silence);
    },
  };
}
