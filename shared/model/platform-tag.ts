import { familiarName, parseImageReference, withDefaultTag } from './image-reference.ts';
import { formatPlatform, type Platform } from './platform.ts';

/** Of the distribution specification. */
const longestTag = 128;

/**
 * The name of one platform's image beside that of the index: `app:1.0` becomes `app:1.0-linux-arm64`, as people write it who make
 * an index by hand. A tag that would be too long loses its end before the platform.
 */
export function platformTag(image: string, platform: Platform): string {
  const { tag = 'latest', ...reference } = withDefaultTag(parseImageReference(image));
  const suffix = `-${formatPlatform(platform).replaceAll('/', '-')}`;
  return familiarName({ ...reference, tag: `${tag.slice(0, longestTag - suffix.length)}${suffix}` });
}
