import { defaultExcludes } from '../../../engine/context/dockerignore.ts';
import { selectBy, type Selection } from '../../../engine/context/selection.ts';
import { followLinks, withoutThoseBeneath } from './follow-links.ts';

/** A folder that the engine may ask for. */
export interface SyncedFolder {
  /** Absolute path. */
  readonly root: string;
  /** Patterns of what is never sent, unless an exception (`!`) among those that the engine asks for takes it back. */
  readonly excludes: readonly string[];
}

/**
 * The folders of a build by the names that Dockerfile frontends ask for. The Dockerfile and its ignore file come out of
 * `dockerfile`, wherever they lie and whatever is ignored; the frontend reads the ignore file and asks for `context`
 * accordingly.
 */
export function syncedFolders(context: string, dockerfileFolder: string): ReadonlyMap<string, SyncedFolder> {
  return new Map([
    ['context', { root: context, excludes: defaultExcludes }],
    ['dockerfile', { root: dockerfileFolder, excludes: [] }],
  ]);
}

/** The name of the folder that a call is about (`dir-name`); empty when it says none. */
export function askedFolder(metadata: ReadonlyMap<string, readonly string[]>): string {
  return values(metadata, 'dir-name')[0] ?? '';
}

/**
 * What a call asks for, as BuildKit's `filesync` reads its metadata: `include-patterns`, `exclude-patterns`, and
 * `followpaths`, which are included together with the targets of links.
 *
 * @throws `dockerfile.invalid` for a pattern that Docker refuses
 */
export function askedSelection(metadata: ReadonlyMap<string, readonly string[]>, folder: SyncedFolder): Selection {
  let includes = values(metadata, 'include-patterns');
  const followed = followLinks(folder.root, values(metadata, 'followpaths'));
  if (followed !== undefined && followed.length > 0) includes = withoutThoseBeneath([...includes, ...followed]) ?? [];
  return selectBy(includes, [...folder.excludes, ...values(metadata, 'exclude-patterns')]);
}

/** Newer engines escape values that are not ASCII, and say so; older ones send the bytes of UTF-8, which Node reads as Latin-1. */
function values(metadata: ReadonlyMap<string, readonly string[]>, key: string): readonly string[] {
  const given = metadata.get(key) ?? [];
  const [encoded = ''] = metadata.get(`${key}-encoded`) ?? [];
  return given.map(['1', 't', 'T', 'TRUE', 'true', 'True'].includes(encoded) ? unescapeQuery : fromLatin1);
}

/** Go's `url.QueryUnescape`. */
function unescapeQuery(text: string): string {
  const bytes = text.replaceAll('+', ' ').replace(/%([0-9a-f]{2})/gi, (_, digits: string) => {
    return String.fromCharCode(Number.parseInt(digits, 16));
  });
  return fromLatin1(bytes);
}

function fromLatin1(text: string): string {
  // Whoever decoded the bytes already left characters that no byte can be.
  return /[^\0-\u00ff]/.test(text) ? text : Buffer.from(text, 'latin1').toString('utf8');
}
