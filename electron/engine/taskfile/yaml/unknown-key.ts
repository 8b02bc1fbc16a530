import { taskProperties, type TaskObject } from '@shared/model/task-properties.ts';
import { excerpt } from '../checking.ts';
import { nearestName } from '../nearest-name.ts';
import type { Stretch } from '../text-map.ts';
import type { Report } from './decode.ts';

/**
 * Tells of a key that is no property.
 * @param look whether to say what was most likely meant
 */
export function reportUnknownKey(key: string, at: Stretch, object: TaskObject, look: boolean, report: Report): void {
  // Anchors have their place there, as in Compose files.
  if (key.startsWith('x-') || key.startsWith('.')) return;
  if (object === 'task' && key === 'totalTimeout') return report('task.totalTimeout', at);
  if (object === 'step' && key === 'memory') return report('task.memory', at);
  const properties = taskProperties[object];
  const params = { key: excerpt(key) };
  const mistaken = properties.find(({ mistakenFor }) => mistakenFor?.includes(key));
  const other = object === 'task' ? 'step' : 'task';
  const belongsThere = taskProperties[other].some(({ name }) => name === key);
  const names = look ? properties.map(({ name }) => name) : [];
  const meant = mistaken?.name ?? nearestName(key, names);
  if (meant !== undefined && !belongsThere)
    return report('task.unknownKeyMeant', at, { params: { ...params, meant }, suggestion: meant });
  if (!belongsThere) return report('task.unknownKey', at, { params });
  report(other === 'step' ? 'task.keyOfStep' : 'task.keyOfTask', at, { params });
}
