import type { PushStep, Task, TaskStep, TaskVolume } from '@shared/model/task.ts';
import { type StepKind, taskProperties } from '@shared/model/task-properties.ts';
import { checkMounts, checkVolumes } from './check-volumes.ts';
import { type CheckedNetworks, checkNetworks, networkOfStep } from './check-networks.ts';
import { checkSecrets } from './check-secrets.ts';
import { type Checking, excerpt, firstLine, report } from './checking.ts';
import { stepEnvironment, taskEnvironment } from './environment.ts';
import { resolveBuild } from './resolve-build.ts';
import { placeOf } from './places.ts';
import { checkImage, resolveCmd, type StepBase } from './resolve-cmd.ts';
import { type NamedStep, nameSteps, orderSteps } from './step-order.ts';
import type { Fields, GivenText } from './yaml/fields.ts';

const defaultVersion = 'v1.0.0';
const versions = ['1.0-preview-1', 'v1.0.0', 'v1.1.0'];
const defaultStepTimeout = 600;
const defaultRetryDelay = 5;
/** Variables of all steps together: those of the task come again in each. */
const variablesAtMost = 200_000;

/** What a step takes from the task. */
interface TaskSetting {
  readonly env: readonly string[];
  readonly stepTimeout: number;
  readonly workingDirectory: string;
  readonly networks: CheckedNetworks;
  readonly volumes: readonly TaskVolume[];
}

/**
 * Checks a task by ACR's rules (spec: task-yaml 4) and fills in all that it leaves open. Everything that is wrong is found, not
 * only the first of it. What it returns is whole only when there is no error among the findings.
 * @param versionByDefault of a file that names none
 */
export function checkTask(task: Fields | undefined, versionByDefault: string | undefined, checking: Checking): Task {
  if (task === undefined) return emptyTask(versionByDefault, checking);
  const secrets = checkSecrets(task, checking);
  const volumes = checkVolumes(task, checking);
  const version = checkVersion(task, versionByDefault, checking);
  const networks = checkNetworks(task, checking);
  const steps = nameSteps(task.objects('steps')?.value ?? [], checking);
  const order = orderSteps(steps, checking);
  const stepTimeout = task.integer('stepTimeout')?.value ?? 0;
  const setting: TaskSetting = {
    env: environmentFor(steps, task, checking),
    stepTimeout: stepTimeout <= 0 ? defaultStepTimeout : stepTimeout,
    workingDirectory: task.text('workingDirectory')?.value ?? '',
    networks,
    volumes,
  };
  const resolved = steps.flatMap((step, index) => checkStep(step, order[index] ?? [], setting, checking) ?? []);
  checkDefaultNetwork(task, networks, resolved, checking);
  return { version, steps: resolved, networks: [...networks.networks], secrets: [...secrets], volumes: [...volumes] };
}

function environmentFor(steps: readonly NamedStep[], task: Fields, checking: Checking): readonly string[] {
  const env = taskEnvironment(task, steps.length > 0, checking);
  if (env.length * steps.length <= variablesAtMost) return env;
  report(checking, 'file.tooMuchWork', task.keys.get('env') ?? firstLine(checking, task.at));
  return [];
}

function emptyTask(versionByDefault: string | undefined, { os }: Checking): Task {
  const driver = os === 'windows' ? 'nat' : 'bridge';
  const network = { name: 'acb_default_network', driver, ipv6: false, skipCreation: false, isDefault: true };
  return { version: versionByDefault ?? defaultVersion, steps: [], networks: [network], secrets: [], volumes: [] };
}

function checkVersion(task: Fields, versionByDefault: string | undefined, checking: Checking): string {
  const given = task.text('version');
  if (given === undefined || given.value === '') return versionByDefault ?? defaultVersion;
  if (!versions.includes(given.value.toLowerCase()))
    report(checking, 'task.version', given.at, {
      params: { version: excerpt(given.value) },
      acr: `invalid version specified: ${JSON.stringify(given.value)}, the current version is "${defaultVersion}"`,
    });
  return given.value;
}

/** Networks of which none is the default leave steps without a network of their own on docker's, where nobody has a name. */
function checkDefaultNetwork(
  task: Fields,
  { byDefault }: CheckedNetworks,
  steps: readonly TaskStep[],
  checking: Checking,
): void {
  const affected = steps.filter((step) => step.kind === 'cmd' && step.network === undefined);
  if (byDefault !== undefined || affected.length === 0) return;
  report(checking, 'network.noDefault', task.keys.get('networks') ?? firstLine(checking, task.at), {});
}

function checkStep(
  step: NamedStep,
  needs: readonly string[],
  setting: TaskSetting,
  checking: Checking,
): TaskStep | undefined {
  const { fields, id } = step;
  const kinds = kindsOf(fields);
  const [kind] = kinds;
  checkKinds(step, kinds, checking);
  checkNumbers(step, checking);
  checkCache(step, checking);
  if (kinds.length === 1 && kind !== undefined) checkEffects(step, kind, checking);
  const base: StepBase = {
    id,
    ...lineOf(step, checking),
    needs: [...needs],
    env: [...stepEnvironment(fields, id, setting.env, checking)],
    workingDirectory: placeOf(checking.os, fields.text('workingDirectory')?.value || setting.workingDirectory),
    timeout: positive(fields, 'timeout', setting.stepTimeout),
    startDelay: Math.max(0, fields.integer('startDelay')?.value ?? 0),
    retries: Math.max(0, fields.integer('retries')?.value ?? 0),
    retryDelay: positive(fields, 'retryDelay', defaultRetryDelay),
    retryOnErrors: (fields.texts('retryOnErrors')?.value ?? []).map(({ value }) => value),
    repeat: Math.max(0, fields.integer('repeat')?.value ?? 0),
    ignoreErrors: fields.boolean('ignoreErrors')?.value ?? false,
  };
  const mounts = checkMounts(fields, id, kind === 'push' && kinds.length === 1, setting.volumes, checking);
  const cmd = fields.text('cmd');
  const build = fields.text('build');
  const push = fields.texts('push');
  // Of a step with several kinds each is still looked at.
  const resolvedCmd =
    cmd === undefined || cmd.value === ''
      ? undefined
      : resolveCmd(
          fields,
          cmd,
          base,
          { network: networkOfStep(fields, id, setting.networks, checking), mounts },
          checking,
        );
  const resolvedBuild =
    build === undefined || build.value === '' ? undefined : resolveBuild(fields, build, base, checking);
  const resolvedPush =
    push === undefined || push.value.length === 0 ? undefined : resolvePush(push.value, base, checking);
  return resolvedCmd ?? resolvedBuild ?? resolvedPush;
}

/** A push step: names with a tag, each once (spec: task-yaml 7.8). */
function resolvePush(given: readonly GivenText[], base: StepBase, checking: Checking): PushStep {
  const images = given.map(({ value, at }) => {
    checkImage(value, at, base.id, checking);
    return value.includes(':') || value.includes('@') ? value : `${value}:latest`;
  });
  return { ...base, kind: 'push', images: [...new Set(images)] };
}

/** The kinds that a step gives something for. */
function kindsOf(fields: Fields): readonly StepKind[] {
  const texts = (['cmd', 'build'] as const).filter((kind) => (fields.text(kind)?.value ?? '') !== '');
  return (fields.texts('push')?.value.length ?? 0) > 0 ? [...texts, 'push'] : texts;
}

function checkKinds({ fields, id, at }: NamedStep, kinds: readonly StepKind[], checking: Checking): void {
  const [, second] = kinds;
  if (second !== undefined)
    report(checking, 'step.severalKinds', fields.keys.get(second) ?? at, {
      step: id,
      acr: 'step must only contain a single build, cmd, or push property',
    });
  const misfit = (['cmd', 'build', 'push'] as const).some((kind) => fields.misfits.has(kind));
  if (kinds.length === 0 && !misfit)
    report(checking, 'step.noKind', firstLine(checking, fields.at), {
      step: id,
      acr: 'step is missing a cmd, build, or push property',
    });
}

function checkNumbers({ fields, id }: NamedStep, checking: Checking): void {
  for (const name of ['retries', 'repeat'] as const) {
    const given = fields.integer(name);
    if (given === undefined || given.value >= 0) continue;
    report(checking, `step.${name}`, given.at, { step: id, acr: `step must specify ${name} >= 0` });
  }
}

function checkCache({ fields, id }: NamedStep, checking: Checking): void {
  const cache = fields.text('cache');
  if (cache === undefined || ['', 'enabled', 'disabled'].includes(cache.value.toLowerCase())) return;
  report(checking, 'step.cache', cache.at, {
    step: id,
    params: { value: excerpt(cache.value) },
    acr: "invalid value for cache property. Valid values are 'enabled', 'disabled'",
  });
}

/** Properties that do nothing for this kind of step, or less than on ACR. */
function checkEffects({ fields, id }: NamedStep, kind: StepKind, checking: Checking): void {
  const cache = fields.text('cache');
  if (kind === 'build' && cache?.value.toLowerCase() === 'enabled')
    report(checking, 'task.registryCache', cache.at, { step: id });
  for (const { name, kinds, unused } of taskProperties.step) {
    const key = fields.keys.get(name);
    if (key === undefined) continue;
    if (unused === true) report(checking, 'task.neverUsed', key, { step: id, params: { key: name } });
    const given = fields.boolean(name)?.value !== false && !(name === 'volumeMounts' && kind === 'push');
    const ofOtherKind = kinds?.includes(kind) === false && !['cmd', 'build', 'push'].includes(name);
    if (ofOtherKind && given) report(checking, 'task.keyWithoutEffect', key, { step: id, params: { key: name, kind } });
  }
}

function positive(fields: Fields, name: string, otherwise: number): number {
  const value = fields.integer(name)?.value ?? 0;
  return value <= 0 ? otherwise : value;
}

function lineOf({ fields: { at } }: NamedStep, { map }: Checking): Pick<StepBase, 'line'> {
  const range = map.rangeOf({ start: at.start, end: at.start + 1 });
  return range === undefined ? {} : { line: range.line };
}
