import { type AppErrorCode, AppFailure } from '@shared/model/app-error.ts';
import { originsOf } from './host.ts';
import type { Http } from './http.ts';

/** Which scheme a registry speaks. */
export interface Origins {
  /** `https://reg.example`, or `http://127.0.0.1:5000` for one on this machine without TLS. */
  of(registry: string, signal: AbortSignal): Promise<string>;
}

const answerBytes = 65_536;
const silent: ReadonlySet<AppErrorCode> = new Set(['registry.refused', 'registry.hostUnknown', 'registry.timeout']);

/** Finds out once a registry. */
export function createOrigins(http: Http): Origins {
  const found = new Map<string, string>();
  return {
    async of(registry, signal) {
      const known = found.get(registry);
      if (known !== undefined) return known;
      const [secure = '', plain] = originsOf(registry);
      if (plain === undefined) return secure;
      try {
        await http.once({ method: 'GET', url: new URL(`${secure}/v2/`), maxBytes: answerBytes }, { registry }, signal);
      } catch (error) {
        if (!(error instanceof AppFailure)) throw error;
        // Nobody there yet tells nothing about the scheme; somebody who doesn't speak TLS does.
        if (silent.has(error.error.code)) return plain;
        if (error.error.code === 'registry.unreachable' || error.error.code === 'registry.untrusted') {
          found.set(registry, plain);
          return plain;
        }
        // It spoke, over TLS, if only to refuse.
      }
      found.set(registry, secure);
      return secure;
    },
  };
}
