import { z } from 'zod';
import { Moment } from './run.ts';

/** What a registry last told, in the headers of an ordinary answer, of how much may be asked of it. */
export const RateLimit = z.object({
  /** As in references. */
  registry: z.string(),
  /** Requests (or pulls) in a window. */
  limit: z.number().int().nonnegative().optional(),
  remaining: z.number().int().nonnegative().optional(),
  windowSeconds: z.number().int().positive().optional(),
  /** When the window begins anew, where the registry tells. */
  resetsAt: Moment.optional(),
  /** It has refused, and asked to be left alone until then. */
  retryAt: Moment.optional(),
  /** When it told all this. */
  seenAt: Moment,
});
export type RateLimit = z.infer<typeof RateLimit>;

/** Docker Hub's window; what is taken where a registry names none. */
const usualWindowSeconds = 21_600;
/** Of the limit: with less than that left, a build of a few images may not come to its end. */
const littleLeft = 0.1;

/** `low`: nearly out. `out`: nothing left, or asked to wait. `unknown`: what was told is too old to count. */
export type RateLimitState = 'fine' | 'low' | 'out' | 'unknown';

/** How much is left, at a time in ms. */
export function rateLimitState(
  { limit, remaining, windowSeconds = usualWindowSeconds, resetsAt, retryAt, seenAt }: RateLimit,
  now: number,
): RateLimitState {
  if (retryAt !== undefined && Date.parse(retryAt) > now) return 'out';
  const until = resetsAt === undefined ? Date.parse(seenAt) + windowSeconds * 1000 : Date.parse(resetsAt);
  if (limit === undefined || remaining === undefined || until <= now) return 'unknown';
  if (remaining === 0) return 'out';
  return remaining <= limit * littleLeft ? 'low' : 'fine';
}
