import { appFailure } from '@shared/model/app-error.ts';
import type { EngineInfo } from '@shared/model/engine-status.ts';
import type { ImageBuild } from '../ports.ts';

type Builder = EngineInfo['builder'];

/** Where each builder can write its cache to; the daemon's own lists (moby: builder-next), without the clouds' own stores. */
const cacheExports: Readonly<Record<Builder, readonly string[]>> = {
  tar: [],
  graphdriver: ['inline'],
  containerd: ['inline', 'registry'],
  buildkit: ['inline', 'registry'],
};

/**
 * Refuses what the builder can't do before anything is built. An engine that isn't known yet gets the benefit of the doubt, as far as
 * any engine can do it.
 * @param stays whether the image has a name that is not pushed, or none: BuildKit by itself hands it over in an archive of one image
 * @throws AppFailure `build.cacheUnsupported`, `build.attestationsUnsupported`
 */
export function assertBuilderCan(
  { cacheFrom = [], cacheTo = [], attestations = [] }: Pick<ImageBuild, 'cacheFrom' | 'cacheTo' | 'attestations'>,
  builder: Builder = 'containerd',
  stays = false,
): void {
  const imported = cacheFrom.find(({ type }) => type !== 'registry');
  if (imported !== undefined) throw cacheUnsupported('--cache-from', imported.type, ['registry']);
  const exported = cacheTo.find(({ type }) => !cacheExports[builder].includes(type));
  if (exported !== undefined) throw cacheUnsupported('--cache-to', exported.type, cacheExports[builder]);
  const [attestation] = attestations;
  // Only an index has room for attestations, and a graph driver keeps none.
  if (
    attestation !== undefined &&
    (builder === 'graphdriver' || builder === 'tar' || (builder === 'buildkit' && stays))
  ) {
    throw appFailure('build.attestationsUnsupported', {
      params: { option: `--${attestation.type}` },
      fixes: [{ kind: 'editInputs' }, { kind: 'chooseEngine' }],
    });
  }
}

function cacheUnsupported(option: string, type: string, supported: readonly string[]) {
  return appFailure('build.cacheUnsupported', {
    params: { option: `${option} type=${type}`, supported: supported.length === 0 ? '–' : supported.join(', ') },
    fixes: [{ kind: 'editInputs' }, { kind: 'chooseEngine' }],
  });
}
