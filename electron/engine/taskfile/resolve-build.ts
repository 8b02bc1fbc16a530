import type { BuildStep } from '@shared/model/task.ts';
import { type CommandFinding, commandFinding } from '../command-line/command-finding.ts';
import { type BuildCommand, parseBuildCommand } from '../command-line/docker-build.ts';
import type { Checking } from './checking.ts';
import { reportCommand } from './command-findings.ts';
import { variableOf } from './environment.ts';
import { checkImage, type StepBase } from './resolve-cmd.ts';
import type { Fields, GivenText } from './yaml/fields.ts';

/** A `build` step as `docker build` is asked for it. Undefined when its text can't be carried out, which is among the findings. */
export function resolveBuild(
  fields: Fields,
  given: GivenText,
  base: StepBase,
  checking: Checking,
): BuildStep | undefined {
  const { command, findings } = parseBuildCommand(given.value, variableOf(base.env, checking.os), checking.os);
  const further: CommandFinding[] = [];
  if (command?.push === true) {
    // Images are pushed by a step of their own, which knows how often to try.
    const offset = Math.max(0, given.value.search(/--push|--output|-o/));
    const params = { flag: '--push', command: 'docker build' };
    further.push(commandFinding('command.flagUnsupported', { offset, length: 6 }, params));
  }
  reportCommand([...findings, ...further], { text: given.value, given }, base.id, checking);
  if (command === undefined) return undefined;
  for (const tag of command.tags) checkImage(tag, given.at, base.id, checking);
  const { dockerfile, target, network } = command;
  return {
    ...base,
    kind: 'build',
    text: given.value,
    context: command.context,
    ...(dockerfile === undefined ? {} : { dockerfile }),
    ...(target === undefined ? {} : { target }),
    ...(network === undefined ? {} : { network }),
    tags: [...command.tags],
    buildArgs: command.buildArgs.map((each) => ({ ...each })),
    platforms: [...command.platforms],
    noCache: command.noCache,
    pull: command.pull,
    labels: { ...command.labels },
    secrets: command.secrets.map((each) => ({ ...each })),
    ssh: command.ssh.map(({ id, paths }) => ({ id, paths: [...paths] })),
    addHosts: [...command.addHosts],
    cacheFrom: [...command.cacheFrom],
    cacheTo: [...command.cacheTo],
    attestations: [...command.attestations],
    ...windowsBuild(command, checking),
    cache: fields.text('cache')?.value.toLowerCase() === 'enabled',
  };
}

/** What ACR adds to a build of Windows that says nothing of its isolation (spec: task-yaml 7.1). */
function windowsBuild(
  { isolation, memory }: Pick<BuildCommand, 'isolation' | 'memory'>,
  { os }: Checking,
): Pick<BuildStep, 'isolation' | 'memory'> {
  if (os !== 'windows') return {};
  if (isolation === undefined) return { isolation: 'hyperv', memory: memory ?? '2GB' };
  return { isolation, ...(memory === undefined ? {} : { memory }) };
}
