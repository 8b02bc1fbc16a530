import { AppFailure, appFailure } from '@shared/model/app-error.ts';
import { formatPlatform } from '@shared/model/platform.ts';
import type { ContainerEngine, Registry } from '../ports.ts';
import { platformOf } from '../run/engine-platform.ts';

/** How long a registry may take to tell; the failure is one without it too. Milliseconds. */
const patience = 15_000;

/**
 * A failure for want of a platform (`image.noPlatform`), with the platforms that its image is made for, which engines don't tell, and
 * without those of the wanted ones that are among them. Any other failure, and what the registry doesn't tell, stays as it is.
 */
export async function withPlatformsThere(
  error: unknown,
  { engine, registry }: { readonly engine: Pick<ContainerEngine, 'find'>; readonly registry: Registry },
  signal: AbortSignal,
): Promise<unknown> {
  if (!(error instanceof AppFailure) || error.error.code !== 'image.noPlatform') return error;
  const { code, params, ...details } = error.error;
  const limit = AbortSignal.any([signal, AbortSignal.timeout(patience)]);
  const wanted = String(params['platform'] ?? '') || formatPlatform(platformOf(await engine.find(signal)));
  const there = await platformsOf(String(params['image']), registry, limit);
  signal.throwIfAborted();
  const lacking = wanted.split(',').filter((platform) => !there.some((one) => fits(one, platform)));
  const named = {
    platform: lacking.length === 0 ? wanted : lacking.join(', '),
    ...(there.length === 0 ? {} : { available: there.join(', ') }),
  };
  return appFailure(code, { ...details, params: { ...params, ...named } }, error.cause ?? error);
}

/** Empty where the registry doesn't tell. */
async function platformsOf(image: string, registry: Registry, signal: AbortSignal): Promise<readonly string[]> {
  try {
    const { platforms } = await registry.describe(image, signal);
    const told = platforms ?? (await registry.contents(image, signal));
    return [...new Set(told.flatMap(({ platform }) => platform ?? []))];
  } catch {
    return []; // why is not what the person wants to know now
  }
}

/** What isn't told of a variant fits every one. */
function fits(there: string, wanted: string): boolean {
  return there === wanted || there.startsWith(`${wanted}/`);
}
