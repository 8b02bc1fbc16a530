import { type CommandFinding, commandFinding, excerpt, FindingList, hasErrors, inOrder } from './command-finding.ts';
import { attestationOf, parseAttestations, parseCacheOption } from './build-options.ts';
import { csvFields } from './csv.ts';
import { flagTable, type GivenFlag, invalid, readFlags } from './flags.ts';
import type { ContainerSystem } from '@shared/model/step-places.ts';
import { splitWords, type Variable } from './shell-words.ts';

/** What `build` asks `docker build` for. Names, paths and references are as written: neither completed nor checked. */
export interface BuildCommand {
  /** `.` when none is given. */
  readonly context: string;
  /** Where it stands in the text, in UTF-16 units; absent when none is given. */
  readonly contextOffset?: number;
  readonly dockerfile?: string;
  readonly target?: string;
  readonly tags: readonly string[];
  /** In their order, the last of a name wins. Without a value: that of docker's own environment, else the Dockerfile's. */
  readonly buildArgs: readonly { readonly name: string; readonly value?: string }[];
  readonly platforms: readonly string[];
  readonly noCache: boolean;
  readonly pull: boolean;
  readonly labels: Readonly<Record<string, string>>;
  /** Without a file or a variable, docker takes the variable of the id's name, else the file of that name. */
  readonly secrets: readonly { readonly id: string; readonly file?: string; readonly env?: string }[];
  /** Without paths: the agent. */
  readonly ssh: readonly { readonly id: string; readonly paths: readonly string[] }[];
  /** `host:ip` or `host=ip`. */
  readonly addHosts: readonly string[];
  readonly network?: string;
  readonly cacheFrom: readonly string[];
  readonly cacheTo: readonly string[];
  /** `--attest`, `--sbom` and `--provenance`, all as the first has them. */
  readonly attestations: readonly string[];
  /** Straight to the registry, by the builder. */
  readonly push: boolean;
  /** Of containers of Windows: `hyperv`, `process`, `default`; and `2GB`. Elsewhere they are ignored. */
  readonly isolation?: string;
  readonly memory?: string;
  /** Into the engine's images, which is what happens without a word as well. */
  readonly load: boolean;
  readonly quiet: boolean;
}

/** `docker build` and `docker buildx build` of docker 28, with the hidden ones, since each decides where the context is. */
const buildFlags = flagTable('docker build', {
  booleans: `
    check compress debug,D disable-content-trust force-rm help load no-cache pull push quiet,q rm squash`,
  values: `
    add-host allow annotation attest build-arg build-context builder cache-from cache-to call cgroup-parent cpu-period cpu-quota
    cpu-shares,c cpuset-cpus cpuset-mems file,f iidfile image isolation label memory,m memory-swap metadata-file network
    no-cache-filter output,o platform policy print progress provenance resource sbom secret security-opt shm-size ssh tag,t
    target ulimit`,
});

/**
 * Reads the text of `build` as `docker build <text>` does.
 * @returns the command, unless a finding is an error; findings in the order of the text
 */
export function parseBuildCommand(
  text: string,
  variable: Variable,
  system: ContainerSystem = 'linux',
): { readonly command?: BuildCommand; readonly findings: readonly CommandFinding[] } {
  const split = splitWords(text, variable, system);
  const given = readFlags(split.words, buildFlags, true);
  const { asked, findings: flagFindings } = readBuildFlags(given.flags, system);
  const findings = [...split.findings, ...given.findings, ...flagFindings];
  const [context, second] = given.rest;
  // With an operator, or a flag that isn't known, nobody can tell what is a context.
  const clear = !hasErrors(split.findings) && !hasErrors(given.findings);
  if (context === undefined) {
    if (clear) findings.push(commandFinding('command.noContext', { offset: 0, length: text.length }));
  } else if (second !== undefined) {
    const params = { first: excerpt(context.text), second: excerpt(second.text) };
    if (clear) findings.push(commandFinding('command.twoContexts', second, params));
  } else if (context.text === '-') {
    findings.push(commandFinding('command.standardInput', context, { text: context.text }));
  }
  if (hasErrors(findings)) return { findings: inOrder(findings) };
  const place = context === undefined ? {} : { contextOffset: context.offset };
  return { command: { ...asked, context: context?.text || '.', ...place }, findings: inOrder(findings) };
}

const attestationExamples = {
  attest: '--attest type=provenance,mode=max',
  provenance: '--provenance=mode=max',
  sbom: '--sbom=true',
} as const;

/** What the flags ask for. */
type Asked = Omit<BuildCommand, 'context' | 'contextOffset'>;

function readBuildFlags(
  given: readonly GivenFlag[],
  system: ContainerSystem,
): {
  readonly asked: Asked;
  readonly findings: readonly CommandFinding[];
} {
  const findings = new FindingList();
  const tags: string[] = [];
  const buildArgs: { name: string; value?: string }[] = [];
  const platforms: string[] = [];
  const labels = new Map<string, string>();
  const secrets: { id: string; file?: string; env?: string }[] = [];
  const ssh: { id: string; paths: string[] }[] = [];
  const addHosts: string[] = [];
  const cacheFrom: string[] = [];
  const cacheTo: string[] = [];
  const attestations: string[] = [];
  const texts: { dockerfile?: string; target?: string; network?: string; isolation?: string; memory?: string } = {};
  const switches = { noCache: false, pull: false, push: false, load: false, quiet: false };

  const refuse = (flag: GivenFlag) =>
    findings.add('command.flagUnsupported', flag, { flag: flag.flag, command: buildFlags.command });
  const ignore = (flag: GivenFlag) => findings.add('command.flagIgnored', flag, { flag: flag.flag });
  const check = (valid: boolean, flag: GivenFlag, example: string) => {
    if (!valid) findings.add('command.flagInvalid', flag, invalid(flag, example));
  };

  for (const flag of given) {
    const { name, value } = flag;
    switch (name) {
      case 'file':
        if (value === '-') findings.add('command.standardInput', flag, { text: value });
        texts.dockerfile = value;
        break;
      case 'target':
      case 'network':
        texts[name] = value;
        break;
      case 'tag':
        check(value !== '', flag, '--tag app:1');
        tags.push(value);
        break;
      case 'build-arg': {
        const pair = readPair(value);
        check(pair.name !== '', flag, '--build-arg NAME=value');
        buildArgs.push(pair);
        break;
      }
      case 'platform': {
        const names = value.split(',').map((platform) => platform.trim());
        check(!names.includes(''), flag, '--platform linux/amd64');
        for (const platform of names) platforms.push(platform);
        break;
      }
      case 'label': {
        const pair = readPair(value);
        check(/^\S+$/.test(pair.name), flag, '--label name=value');
        labels.set(pair.name, pair.value ?? '');
        break;
      }
      case 'secret': {
        const secret = readSecret(value);
        if (secret === undefined) findings.add('command.flagInvalid', flag, invalid(flag, '--secret id=name,src=file'));
        else secrets.push(secret);
        break;
      }
      case 'ssh': {
        const pair = readPair(value);
        check(pair.name !== '', flag, '--ssh default');
        ssh.push({ id: pair.name, paths: pair.value === undefined ? [] : pair.value.split(',') });
        break;
      }
      case 'add-host': {
        const hosts = csvFields(value) ?? [''];
        check(
          hosts.every((host) => /^[^:=]+[:=]./.test(host)),
          flag,
          '--add-host name:10.0.0.1',
        );
        for (const host of hosts) addHosts.push(host);
        break;
      }
      case 'cache-from':
      case 'cache-to': {
        const valid = parseCacheOption(value) !== undefined;
        check(valid, flag, `--${name} type=registry,ref=host/app:cache`);
        if (valid) (name === 'cache-from' ? cacheFrom : cacheTo).push(value);
        break;
      }
      case 'no-cache':
        switches.noCache = value === 'true';
        break;
      case 'pull':
      case 'push':
      case 'load':
      case 'quiet':
        switches[name] = value === 'true';
        break;
      case 'output': {
        const output = readOutput(value);
        if (output === undefined) refuse(flag);
        else switches[output] = true;
        break;
      }
      case 'image': {
        const span = { offset: flag.offset, length: Math.min(flag.flag.length, flag.length) };
        findings.add('command.imageFlag', span, { rewrite: '--tag' });
        break;
      }
      case 'attest':
      case 'provenance':
      case 'sbom': {
        const asked = name === 'attest' ? value : attestationOf(name, value);
        check(parseAttestations([asked]) !== undefined, flag, attestationExamples[name]);
        attestations.push(asked);
        break;
      }
      case 'call':
        if (value === 'build') ignore(flag);
        else refuse(flag);
        break;
      case 'isolation':
      case 'memory':
        if (system === 'windows') texts[name] = value;
        else ignore(flag);
        break;
      // How it is shown and where it is built is ours to choose, and BuildKit itself leaves the others out.
      case 'builder':
      case 'compress':
      case 'cpu-period':
      case 'cpu-quota':
      case 'cpu-shares':
      case 'cpuset-cpus':
      case 'cpuset-mems':
      case 'debug':
      case 'disable-content-trust':
      case 'force-rm':
      case 'memory-swap':
      case 'progress':
      case 'rm':
      case 'security-opt':
      case 'squash':
        ignore(flag);
        break;
      default:
        if (value === 'false' && buildFlags.takesValue.get(name) === false) ignore(flag);
        else refuse(flag);
    }
  }
  return {
    asked: {
      // An empty one is docker's default.
      ...Object.fromEntries(Object.entries(texts).filter(([, value]) => value !== '')),
      ...switches,
      tags,
      buildArgs,
      platforms,
      labels: Object.fromEntries(labels),
      secrets,
      ssh,
      addHosts,
      cacheFrom,
      cacheTo,
      attestations,
    },
    findings: findings.all,
  };
}

/** `name` or `name=value`; further `=` belong to the value. */
function readPair(text: string): { readonly name: string; readonly value?: string } {
  const equals = text.indexOf('=');
  return equals < 0 ? { name: text } : { name: text.slice(0, equals), value: text.slice(equals + 1) };
}

/** `id=x[,src=file][,env=NAME][,type=file|env]`, as buildx reads it; undefined when it is none. */
function readSecret(text: string): { readonly id: string; readonly file?: string; readonly env?: string } | undefined {
  const fields = new Map<string, string>();
  for (const field of csvFields(text) ?? ['']) {
    const { name, value } = readPair(field);
    if (value === undefined) return undefined;
    fields.set(name.toLowerCase() === 'source' ? 'src' : name.toLowerCase(), value);
  }
  const { id, src, env, type, ...unknown } = Object.fromEntries(fields);
  if (!id || Object.keys(unknown).length > 0 || (type !== undefined && type !== 'file' && type !== 'env'))
    return undefined;
  if (type === 'env' && !env) return src ? { id, env: src } : { id };
  return { id, ...(src ? { file: src } : {}), ...(env ? { env } : {}) };
}

/** The outputs that `--push` and `--load` are short for; undefined for others. */
function readOutput(text: string): 'push' | 'load' | undefined {
  switch (text) {
    case 'type=registry':
    case 'type=image,push=true':
      return 'push';
    case 'type=docker':
    case 'type=image':
    case 'type=image,push=false':
      return 'load';
    default:
      return undefined;
  }
}
