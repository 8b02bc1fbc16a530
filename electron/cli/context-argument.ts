import { existsSync } from 'node:fs';
import path from 'node:path';
import { type ContextLocation, parseContext } from '@shared/model/context-location.ts';

/** The context of a command as it was typed. */
export interface ContextArgument {
  readonly kind: ContextLocation['kind'];
  /** Absolute for a folder of this machine; any other place as it was written. */
  readonly text: string;
}

/**
 * A folder that is there comes first, whatever else its name could mean (spec: contexts 3).
 * @throws AppFailure as {@link parseContext}
 */
export function readContextArgument(text: string): ContextArgument {
  const folder = path.resolve(text);
  if (text !== '' && existsSync(folder)) {
    const device = parseContext(text).location.kind === 'none'; // /dev/null is there as well
    return device ? { kind: 'none', text } : { kind: 'folder', text: folder };
  }
  const { kind } = parseContext(text).location;
  return { kind, text: kind === 'folder' ? folder : text };
}
