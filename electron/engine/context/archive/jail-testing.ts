// For tests: a folder to unpack into, with something beside it that nothing may happen to.
import { randomUUID } from 'node:crypto';
import { lstatSync, readdirSync, readlinkSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { plantTree } from '../tree-fixture.ts';

/** `root` is to be unpacked into; everything beside it is to stay as it is. */
export interface Jail {
  readonly root: string;
  readonly canary: string;
  readonly jail: string;
}

/** A new one, in a folder that whoever asks removes. */
export function makeJail(base: string): Jail {
  const place = path.join(base, randomUUID());
  plantTree(place, {
    'canary/secret': 'secret',
    'canary/sub/': '',
    'canary/link': '-> secret',
    'jail/beside': 'beside',
  });
  const canary = path.join(place, 'canary');
  // Older than the last change, so that the kernel notes the next reading (relatime).
  for (const one of ['canary/secret', 'canary', 'canary/sub', 'jail/beside', 'jail'])
    utimesSync(path.join(place, one), 1000, 2000);
  return { root: path.join(place, 'jail/root'), canary, jail: place };
}

/** All that is known of everything outside the root: a change of any kind, and a reading, shows. */
export function outside({ jail: place, root }: Jail): readonly string[] {
  const told: string[] = [];
  const look = (at: string) => {
    if (at === root) return;
    const { mode, ino, nlink, size, atimeMs, mtimeMs, ctimeMs } = lstatSync(at);
    const isFolder = lstatSync(at).isDirectory();
    // The root comes and goes in the folder that it is in; and folders are read here.
    told.push(JSON.stringify([at, mode, ino, nlink, size, isFolder ? 0 : [atimeMs, mtimeMs, ctimeMs]]));
    if (isFolder) for (const name of readdirSync(at)) look(path.join(at, name));
  };
  for (const one of ['canary', 'jail/beside']) look(path.join(place, one));
  return [...told, ...readdirSync(place), ...readdirSync(path.join(place, 'jail')).filter((name) => name !== 'root')];
}

/** Paths as {@link import('./hostile-archives-testing.ts').HostileArchive.kept} has them. */
export function listing(root: string, at = ''): readonly string[] {
  return readdirSync(path.join(root, at))
    .sort()
    .flatMap((name) => {
      const place = at + name;
      const stats = lstatSync(path.join(root, place));
      if (stats.isDirectory()) return [`${place}/`, ...listing(root, `${place}/`)];
      return [stats.isSymbolicLink() ? `${place} -> ${readlinkSync(path.join(root, place))}` : place];
    });
}
