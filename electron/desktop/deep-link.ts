import { AppFailure } from '@shared/model/app-error.ts';
import { parseContext } from '@shared/model/context-location.ts';

/** What a `slipway://` address can ask for. Nothing here executes anything: a build is only prefilled. */
export type DeepLink =
  | { readonly kind: 'run'; readonly runId: string; readonly step?: string; readonly line?: number }
  | { readonly kind: 'newBuild'; readonly context: string }
  /** A place that would have to be fetched: nothing is, until the person who sees its address says so. */
  | { readonly kind: 'newSource'; readonly address: string };

/** Run ids as we give them (`ca1f`), step ids as task files allow them. */
const runIdPattern = /^[a-z]{2}[0-9a-z]{1,16}$/;
const stepIdPattern = /^[A-Za-z0-9_-]{1,128}$/;

/**
 * Reads an address of ours: `slipway://run/ca4?step=test&line=120`, `slipway://new?context=%2Fsrc%2Fweb`,
 * `slipway://new?context=https%3A%2F%2Fgithub.com%2Fana%2Fweb.git%23main`.
 * Anybody can write one on a web page, so whatever is not known exactly is nothing.
 */
export function parseDeepLink(text: string): DeepLink | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.protocol !== 'slipway:') return undefined;
  const [target, id, ...rest] = [url.host, ...url.pathname.split('/')].filter((part) => part !== '');
  if (rest.length > 0) return undefined;
  switch (target) {
    case 'run': {
      if (id === undefined || !runIdPattern.test(id)) return undefined;
      const step = url.searchParams.get('step');
      const line = Number(url.searchParams.get('line') ?? Number.NaN);
      return {
        kind: 'run',
        runId: id,
        ...(step !== null && stepIdPattern.test(step) ? { step } : {}),
        ...(Number.isSafeInteger(line) && line > 0 ? { line } : {}),
      };
    }
    case 'new': {
      const context = url.searchParams.get('context');
      if (id !== undefined || context === null) return undefined;
      if (isLocalFolder(context)) return { kind: 'newBuild', context };
      return isElsewhere(context) ? { kind: 'newSource', address: context } : undefined;
    }
    default:
      return undefined;
  }
}

/** Where in the window a link leads. */
export function placeOf(link: DeepLink): string {
  switch (link.kind) {
    case 'run': {
      const search = new URLSearchParams();
      if (link.step !== undefined) search.set('step', link.step);
      if (link.line !== undefined) search.set('line', String(link.line));
      return `/runs/${link.runId}${search.size > 0 ? `?${search.toString()}` : ''}`;
    }
    case 'newBuild':
      return buildPlace(link.context);
    case 'newSource':
      return `/build?${new URLSearchParams({ from: link.address }).toString()}`;
  }
}

/** Quick build, filled in for a folder. */
export function buildPlace(context: string): string {
  return `/build?${new URLSearchParams({ context }).toString()}`;
}

/** What a task file will do. */
export function taskPlace(file: string): string {
  return `/task?${new URLSearchParams({ path: file }).toString()}`;
}

/** An absolute path of this machine. A share (`\\server\…`) would have Windows sign in to it just by looking. */
function isLocalFolder(text: string): boolean {
  return /^(\/(?!\/)|[A-Za-z]:[\\/])/.test(text) && !text.includes('\0');
}

/** A repository, an archive or an artifact, in one line and without a credential: whose would it be? */
function isElsewhere(text: string): boolean {
  if (text.length > 2_048 || /[\p{C}\p{Zl}\p{Zp}]/u.test(text)) return false;
  try {
    const { location, credential } = parseContext(text);
    return location.kind !== 'folder' && location.kind !== 'none' && credential === undefined;
  } catch (error) {
    if (error instanceof AppFailure) return false;
    throw error;
  }
}

/** Where the first of our addresses among a command line's words leads: so Windows and Linux hand one over. */
export function placeIn(words: readonly string[]): string | undefined {
  const address = words.find((word) => word.startsWith('slipway://'));
  const link = address === undefined ? undefined : parseDeepLink(address);
  return link && placeOf(link);
}
