import { setTimeout as delay } from 'node:timers/promises';
import { type AppErrorCode, toAppError } from '@shared/model/app-error.ts';
import { formatImageReference, parseImageReference } from '@shared/model/image-reference.ts';
import type { RunLogWriter } from '../journal.ts';
import type { CredentialSource, PushedImage } from '../ports.ts';
import type { RunParts } from '../run/run-parts.ts';

/** Tries of one image, the first among them (ACR: pkg/builder/push.go). */
const attempts = 4;
/** Wait before the second try when the registry names none; doubled each time. Milliseconds. */
const firstDelay = 1000;
/** A registry may ask for more patience than a person has. Milliseconds. */
const longestDelay = 120_000;
const passingCodes: ReadonlySet<AppErrorCode> = new Set([
  'registry.rateLimited',
  'registry.failed',
  'registry.unreachable',
  'registry.refused',
  'registry.hostUnknown',
  'registry.timeout',
]);

/**
 * Pushes images, all repositories at once; within a repository the first tag carries the layers and the others are given to
 * the manifest that is there then, so that five tags cost one upload. Passing failures are tried again, after the time that
 * the registry asks for.
 * @returns what each image became, by name
 */
export async function pushImages(
  stepId: string,
  images: readonly string[],
  credentials: CredentialSource,
  parts: RunParts,
  log: RunLogWriter,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, PushedImage>> {
  const pushed = new Map<string, PushedImage>();
  const failed = new AbortController();
  const stop = AbortSignal.any([signal, failed.signal]);

  async function pushRepository([first, ...others]: readonly string[]): Promise<void> {
    if (first === undefined) return;
    const carried = await retried(first, log, stepId, stop, () =>
      parts.engine.push(
        first,
        credentials,
        ({ line }) => line !== undefined && log.engineLine(stepId, line, { stamped: false }),
        stop,
      ),
    );
    pushed.set(first, carried);
    await Promise.all(
      others.map(async (image) => {
        const { tag = 'latest' } = parseImageReference(image);
        const { digest } = await retried(image, log, stepId, stop, () => parts.registry.tag(first, tag, stop));
        pushed.set(image, { digest, size: carried.size });
      }),
    );
  }

  const pushes = [...byRepository(images).values()].map((group) =>
    pushRepository(group).catch((error: unknown) => {
      failed.abort(error);
      throw error;
    }),
  );
  const results = await Promise.allSettled(pushes);
  signal.throwIfAborted();
  if (results.some((result) => result.status === 'rejected')) throw failed.signal.reason;
  return pushed;
}

function byRepository(images: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const image of images) {
    const { tag: _tag, digest: _digest, ...repository } = parseImageReference(image);
    const key = formatImageReference(repository);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [image]);
    else group.push(image);
  }
  return groups;
}

async function retried<T>(
  image: string,
  log: RunLogWriter,
  stepId: string,
  signal: AbortSignal,
  push: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    log.engineLine(stepId, `Pushing image: ${image}, attempt ${attempt}`);
    try {
      const result = await push();
      log.engineLine(stepId, `Successfully pushed image: ${image}`);
      return result;
    } catch (thrown) {
      signal.throwIfAborted();
      const { code, retry } = toAppError(thrown);
      const passing = passingCodes.has(code);
      if (!passing || attempt >= attempts) throw thrown;
      const wait = Math.min(retry?.afterMs ?? firstDelay * 2 ** (attempt - 1), longestDelay);
      log.engineLine(
        stepId,
        `Failed to push image: ${image} (${code}), waiting ${Math.ceil(wait / 1000)} seconds before retrying...`,
      );
      await delay(wait, undefined, { signal });
    }
  }
}
