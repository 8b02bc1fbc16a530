import { defaultNetworkName, type TaskNetwork } from '@shared/model/task.ts';
import { type Checking, excerpt, firstLine, report } from './checking.ts';
import type { Fields } from './yaml/fields.ts';

export interface CheckedNetworks {
  readonly networks: readonly TaskNetwork[];
  /** The one of steps that name none; undefined: the engine's own, without names. */
  readonly byDefault: string | undefined;
}

/** The networks of a task (spec: task-yaml 9): without any, one that all steps are in. */
export function checkNetworks(task: Fields, checking: Checking): CheckedNetworks {
  const given = task.objects('networks')?.value ?? [];
  if (given.length === 0) {
    const driver = checking.os === 'windows' ? 'nat' : 'bridge';
    const network = { name: defaultNetworkName, driver, ipv6: false, skipCreation: false, isDefault: true };
    return { networks: [network], byDefault: defaultNetworkName };
  }
  const networks: TaskNetwork[] = [];
  for (const fields of given) {
    const name = fields.text('name')?.value ?? '';
    const at = fields.text('name')?.at ?? firstLine(checking, fields.at);
    if (name === '' && !fields.misfits.has('name')) report(checking, 'network.noName', at);
    if (name !== '' && networks.some((network) => network.name === name))
      report(checking, 'network.duplicate', at, { params: { name: excerpt(name) } });
    const driver = fields.text('driver')?.value;
    networks.push({
      name,
      ...(driver === undefined || driver === '' ? {} : { driver }),
      ipv6: fields.boolean('ipv6')?.value ?? false,
      skipCreation: fields.boolean('skipCreation')?.value ?? false,
      isDefault: fields.boolean('isDefault')?.value ?? false,
    });
  }
  const defaults = given.filter((fields) => fields.boolean('isDefault')?.value === true);
  const last = defaults.at(-1);
  const name = last?.text('name')?.value;
  if (last !== undefined && defaults.length > 1)
    report(checking, 'network.severalDefaults', last.keys.get('isDefault') ?? last.at, {
      params: { name: excerpt(name ?? '') },
    });
  return { networks, byDefault: name === '' ? undefined : name };
}

/** What docker knows without being told. */
const ownNetworks = new Set(['host', 'none', 'bridge', 'default', 'nat', 'transparent']);

/** The network of a step that may name one; one that nobody made is told. */
export function networkOfStep(
  step: Fields,
  id: string,
  { networks, byDefault }: CheckedNetworks,
  checking: Checking,
): string | undefined {
  const given = step.text('network');
  if (given === undefined || given.value === '') return byDefault;
  const known = ownNetworks.has(given.value) || networks.some(({ name }) => name === given.value);
  if (!known) report(checking, 'network.unknown', given.at, { step: id, params: { name: excerpt(given.value) } });
  return given.value;
}
