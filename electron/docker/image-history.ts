import type Docker from 'dockerode';
import { z } from 'zod';
import type { ImageLayer } from '@shared/model/image-contents.ts';

const History = z.array(
  z.object({
    Id: z.string().default(''),
    CreatedBy: z.string().default(''),
    Size: z.number().nonnegative().default(0),
    Tags: z
      .array(z.string())
      .nullish()
      .transform((tags) => tags ?? []),
  }),
);
/** What an engine tells of an image's layers, the highest first: that one has the image's own id and names. */
export type History = z.infer<typeof History>;

/**
 * The layers of an image as an engine tells them, the lowest first, with what they take unpacked. Which of those without files
 * are no layers at all it doesn't say.
 * @throws as {@link askHistory}
 */
export async function imageHistory(docker: Docker, image: string, signal: AbortSignal): Promise<readonly ImageLayer[]> {
  return (await askHistory(docker, image, signal))
    .map(({ CreatedBy, Size }) => ({ instruction: CreatedBy, size: Size, empty: Size === 0 }))
    .reverse();
}

/** dockerode's own way takes no signal. @throws the engine's refusal, the connection's error, or the signal's reason */
export async function askHistory(docker: Docker, image: string, signal: AbortSignal): Promise<History> {
  const asked = {
    path: `/images/${image}/history`,
    method: 'GET',
    abortSignal: signal,
    statusCodes: { 200: true, 404: 'no such image', 500: 'server error' },
  };
  const answer = await new Promise<unknown>((resolve, reject) => {
    docker.modem.dial(asked, (error, result) =>
      error === null || error === undefined ? resolve(result) : reject(error),
    );
  });
  return History.parse(answer);
}
