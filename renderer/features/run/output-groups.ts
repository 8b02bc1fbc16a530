import { contentsKey } from '@shared/model/image-contents.ts';
import type { OutputImage } from '@shared/model/run.ts';

/** One image and all the names that a run gave it. */
export interface OutputGroup {
  /** The first of its names. */
  readonly image: OutputImage;
  /** Under its other names, as they came. */
  readonly others: readonly OutputImage[];
}

/** Names of the same image together; those that nobody can tell apart or tie together stay by themselves. */
export function outputGroups(images: readonly OutputImage[]): readonly OutputGroup[] {
  const groups = new Map<string, OutputGroup>();
  for (const [index, image] of images.entries()) {
    const key = `${contentsKey(image) ?? index} ${image.platform} ${image.pushed}`;
    const group = groups.get(key);
    groups.set(key, group === undefined ? { image, others: [] } : { ...group, others: [...group.others, image] });
  }
  return [...groups.values()];
}
