import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { BuiltImage } from '../engine/ports.ts';
import type { ImageKeeper } from '../engine/ports/engines.ts';
import type { Exporter } from './buildkit/solve.ts';

/**
 * Hands an image of one platform over to an engine that keeps images, by an archive of this machine that is gone afterwards.
 * @param names what it is called there; none for an image without a name
 * @param write builds it into the archive
 */
export async function handOverImage(
  keeper: Pick<ImageKeeper, 'load'>,
  names: readonly string[],
  write: (exporter: Exporter) => Promise<unknown>,
  signal: AbortSignal,
): Promise<BuiltImage> {
  const outputFile = path.join(os.tmpdir(), `slipway-${randomUUID()}.tar`);
  try {
    const attrs: Exporter['attrs'] = names.length === 0 ? {} : { name: names.join(',') };
    await write({ type: 'docker', attrs, outputFile });
    return await keeper.load(createReadStream(outputFile), names[0], signal);
  } finally {
    await rm(outputFile, { force: true });
  }
}
