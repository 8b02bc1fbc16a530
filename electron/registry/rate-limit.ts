// What registries tell of their limits in the headers of any answer: Docker Hub's `ratelimit-*` (docs.docker.com: usage and
// limits), the `x-ratelimit-*` of others, and `Retry-After` (RFC 9110, 10.2.3). Nothing is asked to find them out.
import { formatMoment } from '@shared/format/moment.ts';
import type { RateLimit } from '@shared/model/rate-limit.ts';
import { retryAfter } from '../http/retry.ts';

/** A number larger than that is a moment, not a span (`x-ratelimit-reset` is either). Seconds. */
const longestSpan = 31_536_000;
/** The furthest moment that is believed, from now; ms. */
const furthest = 30 * 86_400_000;

/** What an answer tells; undefined when nothing. `now` in ms. */
export function readRateLimit(
  registry: string,
  status: number,
  header: (name: string) => string | undefined,
  now: number,
): RateLimit | undefined {
  const first = (...names: readonly string[]) => names.map(header).find((value) => value !== undefined);
  const limited = readFigure(first('ratelimit-limit', 'x-ratelimit-limit'));
  const left = readFigure(first('ratelimit-remaining', 'x-ratelimit-remaining'));
  const waits = status === 429 || status === 503 ? retryAfter(header('retry-after'), now) : undefined;
  if (limited === undefined && left === undefined && waits === undefined && status !== 429) return undefined;
  const reset = readReset(first('ratelimit-reset', 'x-ratelimit-reset'), now);
  const windowSeconds = left?.windowSeconds ?? limited?.windowSeconds;
  return {
    registry,
    ...(limited === undefined ? {} : { limit: limited.value }),
    ...(left === undefined ? {} : { remaining: left.value }),
    ...(windowSeconds === undefined ? {} : { windowSeconds }),
    ...(reset === undefined ? {} : { resetsAt: formatMoment(reset) }),
    ...(waits === undefined ? {} : { retryAt: formatMoment(now + Math.min(waits, furthest)) }),
    seenAt: formatMoment(now),
  };
}

/** `100;w=21600`, `100`, `100, 100;w=60` (the first counts). */
function readFigure(
  text: string | undefined,
): { readonly value: number; readonly windowSeconds: number | undefined } | undefined {
  const [, digits, rest = ''] = /^\s*(\d{1,9})\s*(?:[;,](.*))?$/.exec(text ?? '') ?? [];
  if (digits === undefined) return undefined;
  const window = Number(/(?:^|;)\s*w=(\d{1,8})/.exec(rest)?.[1] ?? 0);
  return { value: Number(digits), windowSeconds: window > 0 ? window : undefined };
}

function readReset(text: string | undefined, now: number): number | undefined {
  const digits = /^\s*(\d{1,12})\s*$/.exec(text ?? '')?.[1];
  if (digits === undefined) return undefined;
  const seconds = Number(digits);
  const at = seconds > longestSpan ? seconds * 1000 : now + seconds * 1000;
  return at > now && at - now <= furthest ? at : undefined;
}
