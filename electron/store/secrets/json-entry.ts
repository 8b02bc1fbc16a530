import { appFailure } from '@shared/model/app-error.ts';
import type { z } from 'zod';
import type { Vault } from './vault.ts';

/**
 * A secret that is JSON of a shape of ours; undefined when there is none.
 * @throws AppFailure as {@link Vault.get}, `store.newerVersion` for another shape
 */
export async function readEntry<T extends z.ZodType>(
  vault: Vault,
  name: string,
  shape: T,
): Promise<z.output<T> | undefined> {
  const bytes = await vault.get(name);
  if (bytes === undefined) return undefined;
  const stored = shape.safeParse(parseJson(Buffer.from(bytes).toString()));
  // The vault has vouched for the bytes; a shape that is not ours was written by another version.
  if (!stored.success) throw appFailure('store.newerVersion', { params: { path: 'secrets.json' } });
  return stored.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // no shape of ours either
  }
}
