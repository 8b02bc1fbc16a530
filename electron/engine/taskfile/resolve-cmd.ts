import type { ContainerSystem } from '@shared/model/step-places.ts';
import type { CmdStep, VolumeMount } from '@shared/model/task.ts';
import { parseImageReference } from '@shared/model/image-reference.ts';
import { type CommandFinding, commandFinding } from '../command-line/command-finding.ts';
import { type ContainerCommand, parseContainerCommand, type RunFlags } from '../command-line/docker-run.ts';
import { type Checking, excerpt, report } from './checking.ts';
import { expandImageAlias, reportCommand } from './command-findings.ts';
import { overlay, variableOf } from './environment.ts';
import { isAbsolutePlace, placeOf } from './places.ts';
import type { Stretch } from './text-map.ts';
import type { Fields, GivenText } from './yaml/fields.ts';

/**
 * Images that ACR's agents have under a name without a registry (spec: task-yaml 6.2). Its builder and buildx images are the
 * agent's own and have no counterpart.
 */
const builtinImages: Readonly<Record<ContainerSystem, ReadonlyMap<string, string>>> = {
  linux: new Map([
    ['docker', 'docker.io/library/docker:28-cli'],
    ['bash', 'mcr.microsoft.com/acr/bash:2ff604c'],
  ]),
  windows: new Map([['docker', 'docker.io/library/docker:28-windowsservercore']]),
};

/** What every step has. */
export type StepBase = Pick<
  CmdStep,
  | 'id'
  | 'line'
  | 'needs'
  | 'env'
  | 'workingDirectory'
  | 'timeout'
  | 'startDelay'
  | 'retries'
  | 'retryDelay'
  | 'retryOnErrors'
  | 'repeat'
  | 'ignoreErrors'
>;

/** A `cmd` step with the flags of its text merged in. Undefined when its text can't be carried out, which is among the findings. */
export function resolveCmd(
  fields: Fields,
  given: GivenText,
  base: StepBase,
  parts: { readonly network: string | undefined; readonly mounts: readonly VolumeMount[] },
  checking: Checking,
): CmdStep | undefined {
  const command = expandImageAlias(given, checking.aliases);
  const parsed = parseContainerCommand(command.text, variableOf(base.env, checking.os), checking.os);
  reportCommand([...parsed.findings, ...relativeFolder(parsed.command, checking.os)], command, base.id, checking);
  if (parsed.command === undefined) return undefined;
  checkImage(parsed.command.image, given.at, base.id, checking);
  return merge(fields, base, parts, command.text, parsed.command, checking);
}

/** docker takes absolute paths only; what stands in front of the image is all that says where the flag is. */
function relativeFolder(command: ContainerCommand | undefined, os: ContainerSystem): readonly CommandFinding[] {
  const folder = command?.flags.workingDirectory;
  if (command === undefined || folder === undefined || folder === '' || isAbsolutePlace(os, folder)) return [];
  const params = { flag: '--workdir', value: excerpt(folder), example: `--workdir ${placeOf(os, folder)}` };
  return [commandFinding('command.flagInvalid', { offset: 0, length: command.imageOffset }, params)];
}

function merge(
  fields: Fields,
  base: StepBase,
  { network, mounts }: { readonly network: string | undefined; readonly mounts: readonly VolumeMount[] },
  text: string,
  { image, args, flags }: ContainerCommand,
  { os }: Checking,
): CmdStep {
  const property = (name: string) => {
    const value = fields.text(name)?.value;
    return value === '' ? undefined : value;
  };
  const boolean = (name: string) => fields.boolean(name)?.value ?? false;
  const count = (name: string) => Math.max(0, fields.integer(name)?.value ?? 0);
  const list = (name: string, further: readonly string[] = []) => [
    ...(fields.texts(name)?.value ?? []).map(({ value }) => value),
    ...further,
  ];
  const step: CmdStep = {
    ...base,
    kind: 'cmd',
    text,
    image: builtinImages[os].get(image) ?? image,
    args: [...args],
    env: [...overlay(base.env, flags.env ?? [])],
    ...directories(fields, base, flags, os),
    privileged: flags.privileged ?? boolean('privileged'),
    ports: list('ports', flags.ports),
    expose: list('expose', flags.expose),
    volumeMounts: [...mounts],
    binds: [...(flags.volumes ?? [])],
    detach: flags.detach ?? boolean('detach'),
    keep: flags.rm === undefined ? boolean('keep') : !flags.rm,
    pull: flags.pull === 'always' || boolean('pull'),
    cmdDownloadRetries: count('cmdDownloadRetries'),
    cmdDownloadRetryDelay: count('cmdDownloadRetryDelay'),
  };
  const optional = {
    entryPoint: flags.entryPoint ?? property('entryPoint'),
    user: flags.user ?? property('user'),
    isolation: flags.isolation ?? property('isolation') ?? (os === 'windows' ? 'hyperv' : undefined),
    cpus: flags.cpus ?? property('cpus'),
    memory: flags.memory,
    network: flags.network ?? network,
    platform: flags.platform,
  };
  for (const name of Object.keys(optional) as (keyof typeof optional)[]) {
    const value = optional[name];
    if (value !== undefined) step[name] = value;
  }
  return step;
}

/** A `--workdir` in front of the image stands behind the one that the step's property makes, or stands alone. */
function directories(
  fields: Fields,
  base: StepBase,
  { workingDirectory }: RunFlags,
  os: ContainerSystem,
): Pick<CmdStep, 'workingDirectory' | 'disableWorkingDirectoryOverride'> {
  if (workingDirectory !== undefined && workingDirectory !== '')
    return { workingDirectory: placeOf(os, workingDirectory), disableWorkingDirectoryOverride: false };
  return {
    workingDirectory: base.workingDirectory,
    disableWorkingDirectoryOverride: fields.boolean('disableWorkingDirectoryOverride')?.value ?? false,
  };
}

/** Tells of a name that no image can have; docker refuses it when the step begins. */
export function checkImage(text: string, at: Stretch, step: string, checking: Checking): void {
  // An image may be named by its id; and without a registry `$Registry/app` is told once, before the run.
  if (/^(?:sha256:)?[0-9a-f]{12,64}$/.test(text) || (text.startsWith('/') && checking.run.Registry === '')) return;
  try {
    parseImageReference(text);
  } catch {
    report(checking, 'step.image', at, { step, params: { text: excerpt(text) } });
  }
}
