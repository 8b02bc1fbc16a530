import { parseImageReference } from '@shared/model/image-reference.ts';
import type { CacheEntry } from '../../engine/ports.ts';

/** A cache as BuildKit's messages have it. */
export interface CacheMessage {
  readonly type: string;
  readonly attrs: Readonly<Record<string, string>>;
}

/**
 * Where a build's cache goes to. BuildKit speaks https to every registry when it writes cache; to those of this machine it may speak
 * http, as the engine does when it pushes there.
 */
export function cacheExports(entries: readonly CacheEntry[] = []): readonly CacheMessage[] {
  return entries.map(({ type, attributes }) => ({ type, attrs: { ...plainOnLoopback(attributes), ...attributes } }));
}

/** The frontend's option for caches that are read; empty where there are none. */
export function cacheImports(entries: readonly CacheEntry[] = []): Readonly<Record<string, string>> {
  if (entries.length === 0) return {};
  const imports = cacheExports(entries).map(({ type, attrs }) => ({ Type: type, Attrs: attrs }));
  return { 'cache-imports': JSON.stringify(imports) };
}

function plainOnLoopback({ ref }: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  if (ref === undefined) return {};
  const host = parseImageReference(ref).registry.replace(/:\d+$/, '');
  const here = host === 'localhost' || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host);
  return here ? { 'registry.insecure': 'true' } : {};
}
