import { type ContainerSystem, stepPlaces } from '@shared/model/step-places.ts';
import { cleanPath } from '../context/go-text.ts';

/** Whether a path of a container says by itself where it leads. Both slashes separate in containers of Windows. */
export function isAbsolutePlace(system: ContainerSystem, path: string): boolean {
  return system === 'windows' ? /^(?:[A-Za-z]:)?[\\/]/.test(path) : path.startsWith('/');
}

/**
 * The workspace, a folder below it, or an absolute path, cleaned up as ACR does (spec: task-yaml 6.3): `/workspace/src`,
 * `c:\workspace\src`.
 */
export function placeOf(system: ContainerSystem, path: string): string {
  const { workspace } = stepPlaces[system];
  const absolute = isAbsolutePlace(system, path) ? path : `${workspace}/${path}`;
  return system === 'windows' ? cleanOnWindows(absolute) : cleanPath(absolute, false);
}

/** The names of the folders that lead to a path from the workspace; undefined for one that is not below it. */
export function namesInWorkspace(system: ContainerSystem, folder: string, path: string): readonly string[] | undefined {
  const place = placeOf(system, isAbsolutePlace(system, path) ? path : `${folder}/${path}`);
  const names = place.split(/[\\/]/).filter((name) => name !== '');
  const [...above] = stepPlaces[system].workspace.split(/[\\/]/).filter((name) => name !== '');
  const same = (one: string | undefined, other: string) =>
    system === 'windows' ? one?.toLowerCase() === other : one === other;
  return above.every((name, at) => same(names[at], name)) ? names.slice(above.length) : undefined;
}

/** A path without a drive is of the container's own. What leads to another machine (`\\server\share`) stays as it is. */
function cleanOnWindows(path: string): string {
  if (/^[\\/]{2}/.test(path)) return path;
  const drive = /^[A-Za-z]:/.exec(path)?.[0] ?? '';
  return `${drive === '' ? 'c:' : drive}${cleanPath(path.slice(drive.length), true).replaceAll('/', '\\')}`;
}
