import type { OutputImage } from '@shared/model/run.ts';

/** An output by its name in commands, tag included; empty for one without a name. */
export function imageNameOf({ registry, repository, tag }: OutputImage): string {
  const name = registry === '' ? repository : `${registry}/${repository}`;
  return tag === undefined ? name : `${name}:${tag}`;
}
