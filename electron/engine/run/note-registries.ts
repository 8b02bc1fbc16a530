import { AppFailure } from '@shared/model/app-error.ts';
import { parseImageReference } from '@shared/model/image-reference.ts';
import type { RunParts } from './run-parts.ts';

/**
 * Writes on the record what should be known of the registries that these images come from or go to, once each: a credential that ends
 * soon, a limit that is nearly reached. Asks nobody over the network.
 */
export async function noteRegistries(
  runId: string,
  images: readonly string[],
  { store, registryNotes }: Pick<RunParts, 'store' | 'registryNotes'>,
): Promise<void> {
  for (const registry of new Set(images.flatMap(registryOf))) {
    for (const finding of await registryNotes(registry)) {
      const known = store
        .get(runId)
        .findings.some(({ code, params }) => code === finding.code && params.registry === registry);
      if (!known) store.addFinding(runId, finding);
    }
  }
}

/** Names that stay in the engine, and those that are no names, come from nowhere. */
function registryOf(image: string): readonly string[] {
  try {
    return [parseImageReference(image).registry];
  } catch (error) {
    if (error instanceof AppFailure) return [];
    throw error;
  }
}
