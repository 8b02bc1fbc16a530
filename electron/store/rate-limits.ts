import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { RateLimit } from '@shared/model/rate-limit.ts';

/** What registries last told of their limits: one a host, shared by window and command line. */
export interface RateLimits {
  list(): readonly RateLimit[];
  of(registry: string): RateLimit | undefined;
  /** Keeps what was told in place of what was told before. It is no more than a note: where there is no room it isn't kept. */
  put(limit: RateLimit): void;
}

const Stored = z.array(RateLimit);
/** Hosts that are remembered; the one that was heard of longest ago goes first. */
const most = 100;

/** Opens `<home>/rate-limits.json`. What can't be read is as good as none. */
export function openRateLimits(home: string): RateLimits {
  const file = path.join(home, 'rate-limits.json');
  const draft = `${file}.${process.pid}.draft`;
  const list = (): readonly RateLimit[] => {
    try {
      const stored = Stored.safeParse(JSON.parse(readFileSync(file, 'utf8')));
      return stored.success ? stored.data : [];
    } catch {
      return []; // none yet, or no JSON
    }
  };
  return {
    list,
    of: (registry) => list().find((each) => each.registry === registry),
    put(limit) {
      const others = list().filter(({ registry }) => registry !== limit.registry);
      try {
        mkdirSync(home, { recursive: true, mode: 0o700 });
        writeFileSync(draft, JSON.stringify([limit, ...others].slice(0, most)), { mode: 0o600 });
        renameSync(draft, file);
      } catch (error) {
        process.emitWarning(`rate limits could not be kept: ${error instanceof Error ? error.message : String(error)}`);
      }
    },
  };
}
