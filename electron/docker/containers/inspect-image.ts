import type Docker from 'dockerode';
import { z } from 'zod';
import { statusOf } from '../failures.ts';

const InspectedImage = z.object({
  Id: z.string().default(''),
  Os: z.string().default(''),
  Architecture: z.string().default(''),
  Variant: z.string().default(''),
  /** Bytes unpacked. */
  Size: z.number().default(0),
  RepoTags: z
    .array(z.string())
    .nullish()
    .transform((tags) => tags ?? []),
  /** `host/repository@digest`, of pushes and pulls. */
  RepoDigests: z
    .array(z.string())
    .nullish()
    .transform((digests) => digests ?? []),
});
/** What an engine tells of an image that it has. */
export type InspectedImage = z.infer<typeof InspectedImage>;

/**
 * Looks at an image; `undefined` where the engine hasn't got it, or not for this platform. dockerode's own way takes neither
 * a signal nor a platform. Engines before API 1.49 leave the platform out of account.
 * @throws the engine's refusal, the connection's error, or the signal's reason
 */
export async function inspectImage(
  docker: Docker,
  image: string,
  platform: string | undefined,
  signal: AbortSignal,
): Promise<InspectedImage | undefined> {
  const [os, architecture, variant] = platform?.split('/') ?? [];
  const asked = {
    path: `/images/${image}/json?`,
    method: 'GET',
    options:
      platform === undefined ? {} : { platform: { os, architecture, ...(variant === undefined ? {} : { variant }) } },
    abortSignal: signal,
    statusCodes: { 200: true, 404: 'no such image', 500: 'server error' },
  };
  try {
    const answer = await new Promise<unknown>((resolve, reject) => {
      docker.modem.dial(asked, (error, result) =>
        error === null || error === undefined ? resolve(result) : reject(error),
      );
    });
    return InspectedImage.parse(answer);
  } catch (error) {
    signal.throwIfAborted();
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}
