import type { OutputImage } from '@shared/model/run.ts';

/** An output image by its full name, tag included; empty for one without a name. */
export function imageName(image: OutputImage): string {
  if (image.repository === '') return '';
  const host = image.registry === '' || image.registry === 'docker.io' ? '' : `${image.registry}/`;
  return `${host}${image.repository}${image.tag === undefined ? '' : `:${image.tag}`}`;
}

/** Pulls exactly what was pushed, even when the tag moves on. */
export function pullCommand(image: OutputImage): string {
  return `docker pull ${pinned(image)}`;
}

/** Tries the image out: a terminal that leaves nothing behind. */
export function runCommand(image: OutputImage): string {
  const name = image.pushed ? pinned(image) : imageName(image);
  return `docker run --rm -it ${name === '' ? (image.imageId ?? image.digest ?? '') : name}`;
}

function pinned(image: OutputImage): string {
  const name = imageName({ ...image, tag: undefined });
  return image.digest === undefined ? imageName(image) : `${name}@${image.digest}`;
}
