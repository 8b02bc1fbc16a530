// What a credential is good for, as far as it can be told without writing anything.
import type { RegistryAccess, Told } from '@shared/model/registry.ts';
import { AppFailure } from '@shared/model/app-error.ts';
import { parseImageReference } from '@shared/model/image-reference.ts';
import type { Authorization } from '../http/send.ts';
import type { Browser } from './browse/browser.ts';
import { failureOf } from './failures.ts';
import { readClaims } from './jwt.ts';
import type { SignedIn } from './signed-in.ts';

export interface AccessProbe {
  /**
   * Asks for the catalog, and for the tags of a repository: the given one, or the first of the catalog. Whether it may push stands in
   * the tokens of most registries; of the others it is not known, since trying would write.
   * @throws AppFailure `registry.notFound` for a given repository that isn't there, and what no answer at all means
   */
  find(registry: string, repository: string | undefined, signal: AbortSignal): Promise<RegistryAccess>;
}

const listBytes = 4 * 1_048_576;
/** Docker Hub tells its limits for this one without counting (docs.docker.com: usage and limits). */
const dockerHubLimits = 'docker.io/ratelimitpreview/test:latest';

export function createAccessProbe(
  signedIn: SignedIn,
  browser: Browser,
  head: (image: string, signal: AbortSignal) => Promise<unknown>,
): AccessProbe {
  async function catalogOf(registry: string, signal: AbortSignal) {
    try {
      const { repositories } = await browser.repositories(registry, '?n=1', signal);
      return { catalog: 'yes' as const, first: repositories[0] };
    } catch (error) {
      return { catalog: toldBy(error, signal), first: undefined };
    }
  }

  return {
    async find(registry, given, signal) {
      if (registry === 'docker.io') await head(dockerHubLimits, signal).catch(() => signal.throwIfAborted());
      const { catalog, first } = await catalogOf(registry, signal);
      const name = given ?? first;
      if (name === undefined) return { catalog };
      const { repository } = parseImageReference(`${registry}/${name}`);
      const asked = { registry, image: `${registry}/${repository}` };
      const request = {
        method: 'GET' as const,
        place: `/v2/${repository}/tags/list?n=1`,
        scope: `repository:${repository}:pull,push`,
        maxBytes: listBytes,
      };
      try {
        const { answer, authorization } = await signedIn.ask(request, asked, signal);
        if (answer.status === 404 && given !== undefined) throw failureOf(asked, answer);
        const pull: Told =
          answer.status === 200 ? 'yes' : answer.status === 401 || answer.status === 403 ? 'no' : 'unknown';
        return { catalog, repository, pull, push: pushOf(authorization, repository) };
      } catch (error) {
        const told = toldBy(error, signal);
        return { catalog, repository, pull: told, push: told };
      }
    },
  };
}

/** A refusal is an answer; that nobody answers, or that there is no such thing, is not. */
function toldBy(error: unknown, signal: AbortSignal): Told {
  signal.throwIfAborted();
  if (!(error instanceof AppFailure)) throw error;
  switch (error.error.code) {
    case 'registry.unauthorized':
    case 'registry.forbidden':
      return 'no';
    case 'registry.failed':
    case 'registry.invalid':
    case 'registry.rateLimited':
      return 'unknown';
    case 'registry.notFound':
      if (error.error.params.image === undefined) return 'unknown';
      throw error;
    default:
      throw error;
  }
}

/** What a token grants (distribution: token authentication implementation, `access`; Azure writes it with capitals). */
function pushOf(authorization: Authorization | undefined, repository: string): Told {
  const token = /^Bearer (.+)$/.exec(authorization?.header ?? '')?.[1];
  const claims = token === undefined ? undefined : readClaims(token);
  if (claims === undefined || !Array.isArray(claims['access'])) return 'unknown';
  const actions = claims['access'].flatMap((each: unknown) => {
    const entry = lowerKeys(each);
    return entry['type'] === 'repository' && entry['name'] === repository && Array.isArray(entry['actions'])
      ? entry['actions'].map(String)
      : [];
  });
  return actions.includes('push') || actions.includes('*') ? 'yes' : 'no';
}

function lowerKeys(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(Object.entries(value).map(([name, content]) => [name.toLowerCase(), content]));
}
