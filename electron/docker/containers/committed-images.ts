import { z } from 'zod';
import type { Client } from '../client.ts';
import { isGone } from '../failures.ts';
import { inspectImage } from './inspect-image.ts';
import { labelsOf } from './names.ts';

const CommitAnswer = z.object({ Id: z.string() });

/**
 * Makes an image of a container's files as they are now; answers its id. Processes stand still meanwhile where there still
 * are any. It has the run's labels and no name.
 * @throws the engine's refusal or the connection's error
 */
export async function commitContainer(
  { docker }: Client,
  homeId: string,
  containerId: string,
  runId: string,
  signal: AbortSignal,
): Promise<string> {
  const options = {
    // dockerode adds the container to what it would put into the address, and not to what we put there.
    _query: { container: containerId, pause: true },
    _body: { Labels: labelsOf(homeId, runId) },
    abortSignal: signal,
  };
  return CommitAnswer.parse(await docker.getContainer(containerId).commit(options)).Id;
}

/**
 * Removes an image that was committed. One that somebody has given a name is theirs and stays; layers below it stay as well.
 * @throws the engine's refusal or the connection's error; not where the image is gone
 */
export async function removeImage({ docker }: Client, imageId: string, signal: AbortSignal): Promise<void> {
  try {
    const image = await inspectImage(docker, imageId, undefined, signal);
    if (image?.RepoTags.length === 0) await docker.getImage(imageId).remove({ noprune: true, abortSignal: signal });
  } catch (error) {
    signal.throwIfAborted();
    if (!isGone(error)) throw error;
  }
}
