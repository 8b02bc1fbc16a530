import { setTimeout as delay } from 'node:timers/promises';
import { type AppErrorCode, toAppError } from '@shared/model/app-error.ts';
import { formatImageReference, parseImageReference } from '@shared/model/image-reference.ts';
import { platformTag } from '@shared/model/platform-tag.ts';
import type { RunLogWriter } from '../journal.ts';
import type {
  BuiltImage,
  BuiltPlatform,
  ContainerEngine,
  CredentialSource,
  NamedImage,
  PushedImage,
} from '../ports.ts';
import { pushAgain } from './push-again.ts';
import type { RunParts } from '../run/run-parts.ts';
import { pushWhileRoom, whyRefused } from './room-in-registry.ts';

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

/** An image to push: as the engine has it under its name, or of several platforms that the engine keeps apart. */
export interface ImageToPush {
  readonly image: string;
  /** Of those kept apart. */
  readonly platforms?: readonly BuiltPlatform[] | undefined;
}

/** Those of a build, as it left them in the engine. */
export function toPush(
  images: readonly string[],
  { platforms }: Pick<BuiltImage, 'platforms'>,
): readonly ImageToPush[] {
  return images.map((image) => ({ image, platforms }));
}

/**
 * Pushes images, all at once; of the tags that an image has in a repository the first carries the layers and the others are given to
 * the manifest that is there then, so that five tags cost one upload. Passing failures are tried again, after the time that
 * the registry asks for. Of an image whose platforms the engine keeps apart, each is pushed under its own tag (the engine pushes
 * nothing without one), and their index is made in the registry.
 * @returns what each image became, by name
 */
export async function pushImages(
  stepId: string,
  images: readonly ImageToPush[],
  credentials: CredentialSource,
  parts: RunParts,
  log: RunLogWriter,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, PushedImage>> {
  const pushed = new Map<string, PushedImage>();
  const failed = new AbortController();
  const stop = AbortSignal.any([signal, failed.signal]);

  const retried = <T>(image: string, push: () => Promise<T>, isSpent?: () => boolean) =>
    withAttempts(image, push, parts.registry, log, stepId, stop, isSpent);

  const carry = (image: string) => {
    let retrying = false;
    const tell = (line: string) => log.engineLine(stepId, line, { stamped: false });
    const push = () =>
      pushWhileRoom(
        image,
        parts.registry,
        (see, signal) =>
          parts.engine.push(
            image,
            credentials,
            (progress) => {
              retrying = progress.retrying === true;
              if (progress.line !== undefined) tell(progress.line);
              see(progress);
            },
            signal,
          ),
        tell,
        stop,
      );
    return retried(image, push, () => retrying);
  };

  async function pushPlatforms(image: string, platforms: readonly BuiltPlatform[]): Promise<PushedImage> {
    const carried = await Promise.all(
      platforms.map(async ({ platform }) => ({ platform, ...(await carry(platformTag(image, platform))) })),
    );
    return retried(image, async () => {
      const { digest, platforms: made } = await parts.registry.index(image, carried, stop);
      return { digest, size: 0, platforms: made };
    });
  }

  /** The first image of a repository with all its tags, and beside it the others: a repository may hold many. */
  async function pushRepository(group: readonly ImageToPush[]): Promise<void> {
    const [first, ...rest] = group;
    if (first === undefined) return;
    // One name by itself is pushed as quickly as it is asked about.
    const named = rest.length === 0 ? undefined : await whichImage(first, parts.engine, stop);
    const { same, others } = part(first, rest, named);
    await Promise.all([
      pushImage(first, same, named).catch((error: unknown) => failed.abort(error)),
      pushRepository(others),
    ]);
  }

  async function pushImage(
    { image: name, platforms }: ImageToPush,
    same: readonly string[],
    named: NamedImage | undefined,
  ): Promise<void> {
    const again = named && (await pushAgain(stepId, [name, ...same], named, parts.registry, log, stop));
    if (again !== undefined) {
      for (const each of [name, ...same]) pushed.set(each, again);
      return;
    }
    const carried = await (platforms === undefined ? carry(name) : pushPlatforms(name, platforms));
    pushed.set(name, carried);
    // By its digest: the first tag may have been moved by somebody else meanwhile.
    const { tag: _tag, ...repository } = parseImageReference(name);
    const there = formatImageReference({ ...repository, digest: carried.digest });
    await Promise.all(
      same.map(async (image) => {
        const { tag = 'latest' } = parseImageReference(image);
        const { digest } = await retried(image, () => parts.registry.tag(there, tag, stop));
        pushed.set(image, { ...carried, digest });
      }),
    );
  }

  await Promise.all([...byRepository(images).values()].map(pushRepository));
  signal.throwIfAborted();
  failed.signal.throwIfAborted();
  return pushed;
}

/** Which image has the name; undefined where the engine can't say. Doesn't throw: what is in the way is in the way of the push. */
async function whichImage(
  { image, platforms }: ImageToPush,
  engine: ContainerEngine,
  signal: AbortSignal,
): Promise<NamedImage | undefined> {
  if (platforms !== undefined) return undefined;
  try {
    return await engine.named(image, signal);
  } catch {
    return undefined;
  }
}

/** The other names of a repository: which are of the first one's image too, and those of other images. */
interface Parted {
  readonly same: readonly string[];
  readonly others: readonly ImageToPush[];
}

function part(first: ImageToPush, rest: readonly ImageToPush[], named: NamedImage | undefined): Parted {
  const idsOf = ({ platforms }: ImageToPush) => platforms?.map(({ imageId }) => imageId).join(' ');
  const isSame = (image: ImageToPush) =>
    image.platforms === undefined
      ? named?.tags.includes(parseImageReference(image.image).tag ?? 'latest') === true
      : idsOf(image) === idsOf(first);
  return {
    same: rest.filter(isSame).map(({ image }) => image),
    others: rest.filter((image) => !isSame(image)),
  };
}

function byRepository(images: readonly ImageToPush[]): ReadonlyMap<string, readonly ImageToPush[]> {
  const groups = new Map<string, ImageToPush[]>();
  for (const each of images) {
    const { tag: _tag, digest: _digest, ...repository } = parseImageReference(each.image);
    const key = formatImageReference(repository);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [each]);
    else group.push(each);
  }
  return groups;
}

/** @param isSpent whether what `push` has failed with was tried again by others already, and longer than it is here */
async function withAttempts<T>(
  image: string,
  push: () => Promise<T>,
  registry: RunParts['registry'],
  log: RunLogWriter,
  stepId: string,
  signal: AbortSignal,
  isSpent: () => boolean = () => false,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    log.engineLine(stepId, `Pushing image: ${image}, attempt ${attempt}`);
    try {
      const result = await push();
      log.engineLine(stepId, `Successfully pushed image: ${image}`);
      return result;
    } catch (thrown) {
      signal.throwIfAborted();
      const failure = await whyRefused(image, thrown, registry, signal);
      const { code, retry } = toAppError(failure);
      const passing = passingCodes.has(code) && !isSpent();
      if (!passing || attempt >= attempts) throw failure;
      const wait = Math.min(retry?.afterMs ?? firstDelay * 2 ** (attempt - 1), longestDelay);
      log.engineLine(
        stepId,
        `Failed to push image: ${image} (${code}), waiting ${Math.ceil(wait / 1000)} seconds before retrying...`,
      );
      await delay(wait, undefined, { signal });
    }
  }
}
