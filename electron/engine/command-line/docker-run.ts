import { type CommandFinding, commandFinding, excerpt, FindingList, hasErrors, inOrder } from './command-finding.ts';
import type { ContainerSystem } from '@shared/model/step-places.ts';
import { csvFields } from './csv.ts';
import { flagTable, type GivenFlag, invalid, readFlags } from './flags.ts';
import { quoteWord, type SplitText, splitWords, type Variable, type Word } from './shell-words.ts';

/** What `cmd` says: an image, what it is started with, and the flags in front of it. */
export interface ContainerCommand {
  /** As written; neither completed nor checked. */
  readonly image: string;
  /** Where the image stands in the text, in UTF-16 units. */
  readonly imageOffset: number;
  readonly args: readonly string[];
  readonly flags: RunFlags;
}

/**
 * The flags of `docker run` that a step can honour, each absent unless it was given. On ACR they come behind those that are
 * made from the step's properties: a single one replaces the property, a list adds to it.
 */
export interface RunFlags {
  /** Empty: the image's own is reset. */
  readonly entryPoint?: string;
  /** `KEY=VALUE`; or `KEY` alone, whose value is that of docker's own environment. */
  readonly env?: readonly string[];
  readonly user?: string;
  readonly workingDirectory?: string;
  readonly privileged?: boolean;
  readonly isolation?: string;
  /** `0.5`. */
  readonly cpus?: string;
  /** `512m`. */
  readonly memory?: string;
  readonly network?: string;
  /** `8080:80`, `127.0.0.1:8080:80/tcp`: not checked. */
  readonly ports?: readonly string[];
  readonly expose?: readonly string[];
  /** `source:target[:options]`, or a target alone, which gets a volume without a name. */
  readonly volumes?: readonly string[];
  readonly detach?: boolean;
  readonly tty?: boolean;
  readonly interactive?: boolean;
  readonly name?: string;
  /** False: the container stays until the run ends, as with the step's `keep`. */
  readonly rm?: boolean;
  readonly pull?: 'always' | 'missing';
  /** `linux/arm64`: not checked. */
  readonly platform?: string;
}

/** docker 28; hidden and deprecated ones as well, since each decides where the image is. */
const runFlags = flagTable('docker run', {
  booleans: `
    detach,d disable-content-trust help init interactive,i no-healthcheck oom-kill-disable privileged publish-all,P quiet,q
    read-only rm sig-proxy tty,t use-api-socket`,
  values: `
    add-host annotation attach,a blkio-weight blkio-weight-device cap-add cap-drop cgroup-parent cgroupns cidfile cpu-count
    cpu-percent cpu-period cpu-quota cpu-rt-period cpu-rt-runtime cpu-shares,c cpus cpuset-cpus cpuset-mems detach-keys device
    device-cgroup-rule device-read-bps device-read-iops device-write-bps device-write-iops dns dns-opt dns-option dns-search
    domainname entrypoint env,e env-file expose gpus group-add health-cmd health-interval health-retries
    health-start-interval health-start-period health-timeout hostname,h io-maxbandwidth io-maxiops ip ip6 ipc isolation
    kernel-memory label,l label-file link link-local-ip log-driver log-opt mac-address memory,m memory-reservation memory-swap
    memory-swappiness mount name net net-alias network network-alias oom-score-adj pid pids-limit platform publish,p pull
    restart runtime security-opt shm-size stop-signal stop-timeout storage-opt sysctl tmpfs ulimit user,u userns uts volume,v
    volume-driver volumes-from workdir,w`,
});

/**
 * Reads the text of `cmd` as `docker run <text>` does.
 * @returns the command, unless a finding is an error; findings in the order of the text
 */
export function parseContainerCommand(
  text: string,
  variable: Variable,
  system: ContainerSystem = 'linux',
): { readonly command?: ContainerCommand; readonly findings: readonly CommandFinding[] } {
  const split = splitWords(text, variable, system);
  const { flags, rest, findings: flagFindings } = readFlags(split.words, runFlags, false);
  const given = readRunFlags(flags);
  const [image, ...args] = rest;
  const findings = [...forShellInImage(text, split, image, given.flags, system), ...flagFindings, ...given.findings];
  if (image === undefined || image.text === '') {
    // Behind a flag that isn't known nobody can tell.
    const { offset, length } = image ?? { offset: 0, length: text.length };
    if (!hasErrors(flagFindings)) findings.push(commandFinding('command.noImage', { offset, length }));
    return { findings: inOrder(findings) };
  }
  if (hasErrors(findings)) return { findings: inOrder(findings) };
  const command = {
    image: image.text,
    imageOffset: image.offset,
    args: args.map((word) => word.text),
    flags: given.flags,
  };
  return { command, findings: inOrder(findings) };
}

/**
 * Where what stands behind the image is a line for a shell, one finding says so for all of it: the author meant it to work
 * inside the container, and on ACR it works on the host.
 */
function forShellInImage(
  text: string,
  split: SplitText,
  image: Word | undefined,
  flags: RunFlags,
  system: ContainerSystem,
): CommandFinding[] {
  const { findings, shellWork } = split;
  const end = image === undefined ? text.length : image.offset + image.length;
  const line = text.slice(end).trim();
  const offset = text.indexOf(line, end);
  const first = shellWork.find((finding) => finding.offset >= end);
  const clear = !findings.some(({ code }) => code === 'command.unterminatedQuote') && flags.entryPoint === undefined;
  // An operator right behind the image has nothing to work on inside.
  const startsWithOperator = first?.code === 'command.operator' && first.offset === offset;
  // A flag there is for the image's own entry point (`bash -c …` where bash is the image): no shell could take it as a command.
  if (first === undefined || startsWithOperator || line.startsWith('-') || !clear) return [...findings];
  const rewrite = `${system === 'windows' ? 'cmd /c' : 'sh -c'} ${quoteWord(line)}`;
  const params = { text: first.params['text'] ?? '', rewrite };
  return [
    ...findings.filter((finding) => finding.severity === 'warning' || finding.offset < offset),
    commandFinding('command.needsShell', { offset, length: line.length }, params),
  ];
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function readRunFlags(given: readonly GivenFlag[]): {
  readonly flags: RunFlags;
  readonly findings: readonly CommandFinding[];
} {
  const findings = new FindingList();
  const flags: Mutable<RunFlags> = {};
  const env: string[] = [];
  const ports: string[] = [];
  const expose: string[] = [];
  const volumes: string[] = [];
  const refuse = (flag: GivenFlag) =>
    findings.add('command.flagUnsupported', flag, { flag: flag.flag, command: runFlags.command });
  const ignore = (flag: GivenFlag) => findings.add('command.flagIgnored', flag, { flag: flag.flag });

  for (const flag of given) {
    const { name, value } = flag;
    switch (name) {
      case 'entrypoint':
        flags.entryPoint = value;
        break;
      case 'env':
        if (/^(?:=|$)/.test(value)) findings.add('command.flagInvalid', flag, invalid(flag, '--env KEY=value'));
        env.push(value);
        break;
      case 'user':
        flags.user = value;
        break;
      case 'workdir':
        flags.workingDirectory = value;
        break;
      case 'privileged':
        flags.privileged = value === 'true';
        break;
      case 'isolation':
        flags.isolation = value;
        break;
      case 'cpus':
        if (!/^(?:\d+\.?\d*|\.\d+)$/.test(value))
          findings.add('command.flagInvalid', flag, invalid(flag, '--cpus 0.5'));
        flags.cpus = value;
        break;
      case 'memory':
        if (!/^\d+(?:\.\d+)? ?(?:[kmgtp]i?b?|b)?$/i.test(value))
          findings.add('command.flagInvalid', flag, invalid(flag, '--memory 512m'));
        flags.memory = value;
        break;
      case 'net':
      case 'network': {
        const network = readNetwork(value);
        if (network === '') findings.add('command.flagInvalid', flag, invalid(flag, '--network host'));
        // A step is in one network, and containers have other names here.
        else if (network === undefined || (flags.network ?? network) !== network) refuse(flag);
        else flags.network = network;
        break;
      }
      case 'publish':
        ports.push(value);
        break;
      case 'expose':
        expose.push(value);
        break;
      case 'volume':
        if (/^$|^:|::|:$/.test(value))
          findings.add('command.flagInvalid', flag, invalid(flag, '--volume source:/target'));
        volumes.push(value);
        break;
      case 'detach':
        flags.detach = value === 'true';
        break;
      case 'tty':
      case 'interactive':
        flags[name] = value === 'true';
        ignore(flag);
        break;
      case 'name':
        flags.name = value;
        findings.add('command.nameIgnored', flag, { name: excerpt(value) });
        break;
      case 'rm':
        flags.rm = value === 'true';
        if (flags.rm) ignore(flag);
        break;
      case 'pull':
        if (value === 'always' || value === 'missing') flags.pull = value;
        else if (value === 'never') refuse(flag);
        else findings.add('command.flagInvalid', flag, invalid(flag, '--pull always'));
        break;
      case 'platform':
        flags.platform = value;
        break;
      case 'restart':
        if (value === 'no') ignore(flag);
        else refuse(flag);
        break;
      case 'detach-keys':
      case 'disable-content-trust':
      case 'label':
      case 'no-healthcheck':
      case 'quiet':
      case 'sig-proxy':
        ignore(flag);
        break;
      default:
        if (value === 'false' && runFlags.takesValue.get(name) === false) ignore(flag);
        else refuse(flag);
    }
  }
  if (env.length > 0) flags.env = env;
  if (ports.length > 0) flags.ports = ports;
  if (expose.length > 0) flags.expose = expose;
  if (volumes.length > 0) flags.volumes = volumes;
  return { flags, findings: findings.all };
}

/** A name, or `name=x` in the long form; undefined for what a step can't have, empty for what is none. */
function readNetwork(value: string): string | undefined {
  if (value.startsWith('container:')) return undefined;
  if (!/\w=\w/.test(value)) return value;
  const [field, ...more] = csvFields(value) ?? [];
  const [, name] = /^\s*name=\s*(.*?)\s*$/i.exec(field ?? '') ?? [];
  return more.length === 0 ? name?.toLowerCase() : undefined;
}
