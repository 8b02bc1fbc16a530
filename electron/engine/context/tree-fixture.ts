/** For tests: trees on disk. */
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A new, empty folder; whoever asks for it removes it. */
export function temporaryFolder(): string {
  return mkdtempSync(path.join(tmpdir(), 'slipway-tree-'));
}

/**
 * Fills a folder. A path that ends in `/` is a folder; `-> target` as the content makes a symbolic link; any other content
 * is a file's.
 */
export function plantTree(root: string, tree: Readonly<Record<string, string>>): void {
  for (const [place, content] of Object.entries(tree)) {
    const absolute = path.join(root, place);
    mkdirSync(place.endsWith('/') ? absolute : path.dirname(absolute), { recursive: true });
    if (place.endsWith('/')) continue;
    if (content.startsWith('-> ')) symlinkSync(content.slice(3), absolute);
    else writeFileSync(absolute, content);
  }
}
