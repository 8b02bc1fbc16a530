import type { TaskVolume, VolumeMount } from '@shared/model/task.ts';
import { type Checking, excerpt, firstLine, report } from './checking.ts';
import type { Fields } from './yaml/fields.ts';

/** The volumes of a task, by ACR's rules (spec: task-yaml 4, V1 to V7; 8). */
export function checkVolumes(task: Fields, checking: Checking): readonly TaskVolume[] {
  const volumes: TaskVolume[] = [];
  const known = new Set<string>();
  for (const fields of task.objects('volumes')?.value ?? []) {
    const name = fields.text('name');
    const here = firstLine(checking, fields.at);
    if (name === undefined || name.value === '') {
      if (!fields.misfits.has('name'))
        report(checking, 'volume.noName', name?.at ?? here, { acr: 'volume name is empty' });
    } else {
      const params = { name: excerpt(name.value) };
      if (!/^[a-zA-Z0-9-_]+$/.test(name.value)) {
        const acr = 'volume name is not well formed. Only use alphanumeric and - _';
        report(checking, 'volume.badName', name.at, { params, acr });
      }
      if (known.has(name.value))
        report(checking, 'volume.duplicate', name.at, { params, acr: 'volume with duplicate name found' });
      known.add(name.value);
    }
    volumes.push({ name: name?.value ?? '', files: checkFiles(fields, name?.value ?? '', checking) });
  }
  return volumes;
}

function checkFiles(fields: Fields, name: string, checking: Checking): TaskVolume['files'] {
  const secret = fields.textMap('secret');
  const params = { name: excerpt(name) };
  if (secret === undefined) {
    if (!fields.misfits.has('secret'))
      report(checking, 'volume.notSecret', fields.keys.get('secret') ?? firstLine(checking, fields.at), {
        params,
        acr: 'currently only support for source type secret',
      });
    return {};
  }
  if (secret.value.size === 0) report(checking, 'volume.empty', secret.at, { params, acr: 'secret is empty' });
  const files: [string, string][] = [];
  for (const [file, content] of secret.value) {
    if (file === '') {
      report(checking, 'volume.noFileName', content.at, { acr: 'secret name provided for value is empty' });
    } else if (!/^[a-zA-Z0-9-_.]+$/.test(file)) {
      const acr = `file name, ${file}, is not well formed. Only use alphanumeric and - _ .`;
      report(checking, 'volume.fileName', content.at, { params: { file: excerpt(file) }, acr });
    } else if (!isBase64(content.value)) {
      report(checking, 'volume.base64', content.at, {
        params: { file: excerpt(file) },
        acr: 'failed to decode Base64 value. please make sure value provided is Base64 encoded',
      });
    }
    files.push([file, content.value]);
  }
  return Object.fromEntries(files);
}

/** As Go's encoding/base64 reads it, newlines left out. */
function isBase64(text: string): boolean {
  const plain = text.replaceAll(/[\r\n]/g, '');
  return plain.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(plain);
}

/** The mounts of a step (spec: task-yaml 4, M1, T6 to T8). */
export function checkMounts(
  step: Fields,
  id: string,
  isPush: boolean,
  volumes: readonly TaskVolume[],
  checking: Checking,
): readonly VolumeMount[] {
  const given = step.objects('volumeMounts');
  if (given === undefined || given.value.length === 0) return [];
  if (isPush) {
    const acr = 'invalid use of Mounts. Mounts must have unique container paths and only used for cmd or build steps';
    report(checking, 'mount.onPush', step.keys.get('volumeMounts') ?? given.at, { step: id, acr });
  }
  const mounts: VolumeMount[] = [];
  const paths = new Set<string>();
  for (const fields of given.value) {
    const name = fields.text('name')?.value ?? '';
    const path = fields.text('mountPath');
    const mountPath = path?.value ?? '';
    if (name === '' || mountPath === '') {
      if (fields.misfits.size === 0)
        report(checking, 'mount.incomplete', firstLine(checking, fields.at), {
          step: id,
          acr: 'mount name or mount path is empty',
        });
      continue;
    }
    if (!volumes.some((volume) => volume.name === name))
      report(checking, 'mount.unknownVolume', fields.text('name')?.at ?? fields.at, {
        step: id,
        params: { name: excerpt(name) },
        acr: `mount name, ${name}, does not correspond to a volume`,
      });
    if (paths.has(mountPath))
      report(checking, 'mount.duplicatePath', path?.at ?? fields.at, {
        step: id,
        params: { path: excerpt(mountPath) },
        acr: 'mount with duplicate container file path found',
      });
    paths.add(mountPath);
    mounts.push({ name, mountPath });
  }
  return mounts;
}
