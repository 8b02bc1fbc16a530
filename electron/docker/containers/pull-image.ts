import type { Readable } from 'node:stream';
import { type AppFailure, appFailure } from '@shared/model/app-error.ts';
import { emulationFixes, platformSupport } from '@shared/model/emulation.ts';
import { type ImageReference, parseImageReference } from '@shared/model/image-reference.ts';
import type { CredentialSource, PushProgress } from '../../engine/ports.ts';
import { probeBuildKit } from '../buildkit/probe.ts';
import { connect } from '../client.ts';
import { isConnectionError } from '../failures.ts';
import type { FoundEngine } from '../find-engine.ts';
import { errorOf, followProgress } from '../json-stream.ts';
import { LayerLedger } from '../layer-ledger.ts';
import { registryAuthentication } from '../registry-authentication.ts';
import { registryFailure } from '../registry-failure.ts';
import { unknownPlatforms } from '../unknown-platforms.ts';
import { engineWords } from './container-failure.ts';
import { type InspectedImage, inspectImage } from './inspect-image.ts';

/** What is wanted, see {@link import('../../engine/ports/containers.ts').Containers.pull}. */
export interface PullOptions {
  readonly platform?: string | undefined;
  readonly force: boolean;
}

/** The first API where an image can be looked at for one platform of several (Docker 28.1). */
const apiWithPlatforms = [1, 49] as const;

/**
 * Pulls an image that the engine doesn't have, or always with `force`. The registry's own credential goes along, and no
 * other. When the signal fires, the engine stops the pull.
 * @throws AppFailure `image.notFound`, `image.noPlatform`, `registry.*`, `platform.noEmulation`, `disk.full`; or the connection's error when the
 *   engine goes away
 */
export async function pullImage(
  engine: FoundEngine,
  image: string,
  { platform, force }: PullOptions,
  credentials: CredentialSource,
  onProgress: (progress: PushProgress) => void,
  signal: AbortSignal,
): Promise<void> {
  const reference = parseImageReference(image);
  if (!force && (await hasImage(engine, image, platform, signal))) return;
  if (platform !== undefined) await checkPlatform(engine, platform, signal);
  const { registry, repository, tag = 'latest', digest } = reference;
  const credential = await credentials.forHost(registry, signal);
  const fail = (cause: string, original?: unknown) =>
    pullFailure(image, reference, platform, credential !== undefined, cause, original);
  const options = {
    fromImage: `${registry}/${repository}`,
    tag: digest ?? tag,
    ...(platform === undefined ? {} : { platform }),
    abortSignal: signal,
  };
  const authconfig = credential === undefined ? undefined : registryAuthentication(registry, credential).authentication;
  let answer: Readable;
  try {
    answer = (await engine.client.docker.createImage(authconfig, options)) as Readable;
  } catch (error) {
    signal.throwIfAborted();
    throw isConnectionError(error) || !(error instanceof Error) ? error : fail(engineWords(error), error);
  }
  const layers = new LayerLedger();
  for await (const line of followProgress(answer, signal)) {
    const error = errorOf(line);
    if (error !== undefined) throw fail(error);
    const text = layers.take(line);
    onProgress(text === undefined ? layers.progress() : { ...layers.progress(), line: text });
  }
  // One that names no platforms at all is taken for any by engines.
  if (platform !== undefined && !(await hasImage(engine, image, platform, signal)))
    throw fail(`no matching manifest for ${platform}`);
}

async function hasImage(
  engine: FoundEngine,
  image: string,
  platform: string | undefined,
  signal: AbortSignal,
): Promise<boolean> {
  const { docker } = engine.client;
  const found = await inspectImage(docker, image, undefined, signal);
  if (found === undefined || platform === undefined) return found !== undefined;
  if (fits(found, platform)) return true;
  // It may be there for several platforms, of which the engine told its own.
  return knowsPlatforms(engine) && (await inspectImage(docker, image, platform, signal)) !== undefined;
}

/** As containerd compares them: what isn't told of an image or a wish fits everything. */
function fits({ Os, Architecture, Variant }: InspectedImage, platform: string): boolean {
  const [os = '', architecture = '', variant = ''] = platform.split('/');
  return Os === os && Architecture === architecture && (Variant === '' || variant === '' || Variant === variant);
}

function knowsPlatforms({ info }: FoundEngine): boolean {
  const [major = 0, minor = 0] = info.apiVersion.split('.').map(Number);
  return major > apiWithPlatforms[0] || (major === apiWithPlatforms[0] && minor >= apiWithPlatforms[1]);
}

/**
 * An image that can't run here is of no use; but only BuildKit says what can, and emulation may have come since the engine
 * was found, so it is asked once more before anything is refused.
 */
async function checkPlatform(
  { client, info, buildkit }: FoundEngine,
  platform: string,
  signal: AbortSignal,
): Promise<void> {
  const [os = '', architecture = ''] = platform.split('/');
  const lacks = (platforms: readonly string[]) =>
    ['missing', 'otherSystem'].includes(platformSupport({ ...info, platforms }, { os, architecture }));
  if (buildkit === undefined || !lacks(buildkit.platforms)) return;
  const now = await probeBuildKit((stop) => connect(client.endpoint, stop), signal);
  if (now === undefined || !lacks(now.platforms)) return;
  throw appFailure('platform.noEmulation', { params: { platform }, fixes: emulationFixes });
}

/** Names of images hold all kinds of words, and must not be taken for what the engine says. */
function pullFailure(
  image: string,
  { registry, repository, tag = 'latest' }: ImageReference,
  platform: string | undefined,
  signedIn: boolean,
  cause: string,
  original: unknown,
): AppFailure {
  const words = [image, `${registry}/${repository}:${tag}`, `${registry}/${repository}`, repository].reduce(
    (text, name) => text.replaceAll(name, 'IMAGE'),
    cause,
  );
  const lacking = /no match(?:ing manifest)? for (?:platform|(\S+\/\S+))/i.exec(words);
  if (lacking !== null) {
    const params = { image, registry, platform: platform ?? lacking[1] ?? '', available: unknownPlatforms };
    return appFailure('image.noPlatform', { params, cause, fixes: [{ kind: 'editInputs' }] }, original);
  }
  const isAbsent =
    /manifest unknown|manifest for IMAGE\S* not found|IMAGE\S*: not found|name unknown|repository IMAGE not found|no such manifest/i;
  if (isAbsent.test(words) && !/denied|unauthorized/i.test(words)) {
    const fixes = [{ kind: 'retry' }, ...(signedIn ? [] : [{ kind: 'signIn', registry } as const])] as const;
    return appFailure('image.notFound', { params: { image, registry }, cause, fixes: [...fixes] }, original);
  }
  const { code, params, fixes } = registryFailure({ image, registry, signedIn }, words, original).error;
  // There is nothing to build without, as there is for a push.
  const useful = fixes.filter(({ kind }) => kind !== 'buildWithoutPush');
  return appFailure(code, { params, cause, fixes: useful }, original);
}
