import {
  type Arg,
  type Copy,
  type Dockerfile as ParsedDockerfile,
  DockerfileParser,
  type From,
  type Instruction,
} from 'dockerfile-ast';
import type { DockerfileArg, DockerfileOutline } from '@shared/model/context-survey.ts';
import { expandVariables } from './variables.ts';

/** A `FROM` with what the build arguments make of it. */
export interface Stage {
  readonly index: number;
  readonly name: string | undefined;
  /** As written. */
  readonly from: string;
  readonly platform: string | undefined;
  /** From 1. */
  readonly line: number;
  /** Images that this stage reads files from (`COPY --from`, `RUN --mount=…,from=`), stages of the file not among them. */
  readonly reads: readonly string[];
  /** Stages of the file that this stage reads files from, by index. */
  readonly readsStages: readonly number[];
  /** Keywords of what follows its `FROM`, in capitals. */
  readonly instructions: readonly string[];
  /** The line of its first `RUN`, from 1; absent for a stage that runs nothing. */
  readonly runs: number | undefined;
}

/** What a Dockerfile says, as far as Slipway needs it. Text that Docker would refuse still gives what could be read. */
export interface Dockerfile {
  readonly stages: readonly Stage[];
  /** `ARG`s before the first `FROM`: the only ones that `FROM` sees. */
  readonly globalArgs: readonly DockerfileArg[];
  readonly outline: DockerfileOutline;
}

/** Reads a Dockerfile. Never throws: a broken file is the daemon's to refuse, with its own words. */
export function readDockerfile(text: string): Dockerfile {
  const parsed = DockerfileParser.parse(text.replace(/^\uFEFF/, ''));
  const instructions = parsed.getInstructions();
  const firstFrom = instructions.findIndex((each) => each.getKeyword() === 'FROM');
  const argInstructions = instructions.filter((each): each is Arg => each.getKeyword() === 'ARG');
  const initial = new Set<Instruction>(firstFrom === -1 ? instructions : instructions.slice(0, firstFrom));
  const globalArgs = argInstructions.filter((each) => initial.has(each)).flatMap(argsOf);
  const stages = readStages(parsed);
  return {
    stages,
    globalArgs,
    outline: {
      stages: stages.map(({ index, name, from, platform, line }) => ({
        index,
        ...(name === undefined ? {} : { name }),
        from,
        ...(platform === undefined ? {} : { platform }),
        line,
      })),
      args: uniqueByName(argInstructions.flatMap(argsOf)),
      secretIds: mountIds(instructions, 'secret'),
      sshIds: mountIds(instructions, 'ssh'),
      exposed: instructions
        .filter((each) => each.getKeyword() === 'EXPOSE')
        .flatMap((each) => each.getArguments().map((port) => port.getValue())),
    },
  };
}

function readStages(parsed: ParsedDockerfile): readonly Stage[] {
  const stages: {
    from: From;
    name: string | undefined;
    reads: string[];
    runs: number | undefined;
    instructions: string[];
  }[] = [];
  for (const instruction of parsed.getInstructions()) {
    if (instruction.getKeyword() === 'FROM') {
      const from = instruction as From;
      stages.push({ from, name: from.getBuildStage()?.toLowerCase(), reads: [], runs: undefined, instructions: [] });
    } else {
      const stage = stages.at(-1);
      stage?.reads.push(...readsOf(instruction));
      stage?.instructions.push(instruction.getKeyword());
      if (stage !== undefined && instruction.getKeyword() === 'RUN')
        stage.runs ??= instruction.getRange().start.line + 1;
    }
  }
  const indexOf = (name: string, before: number) => {
    if (/^\d+$/.test(name)) return Number(name) < before ? Number(name) : -1;
    return stages.findLastIndex((stage, index) => index < before && stage.name === name.toLowerCase());
  };
  return stages.map(({ from, name, reads, runs, instructions }, index) => ({
    index,
    name,
    from: from.getImage() ?? '',
    platform: from.getPlatformFlag()?.getValue() ?? undefined,
    line: from.getRange().start.line + 1,
    reads: reads.filter((read) => indexOf(read, index) === -1),
    readsStages: reads.map((read) => indexOf(read, index)).filter((at) => at !== -1),
    instructions,
    runs,
  }));
}

function readsOf(instruction: Instruction): readonly string[] {
  switch (instruction.getKeyword()) {
    case 'COPY': {
      const from = (instruction as Copy).getFromFlag()?.getValue();
      return from ? [from] : [];
    }
    case 'RUN':
      return mountsOf(instruction).flatMap((mount) => mount.get('from') ?? []);
    default:
      return [];
  }
}

/** The `--mount` flags of an instruction, each as its options; `type` is `bind` where it isn't given, as in Docker. */
function mountsOf(instruction: Instruction): readonly ReadonlyMap<string, string>[] {
  const flags = 'getFlags' in instruction ? (instruction as Copy).getFlags() : [];
  return flags
    .filter((flag) => flag.getName() === 'mount')
    .map((flag) => {
      const options = new Map([['type', 'bind']]);
      for (const option of (flag.getValue() ?? '').split(',')) {
        const [key = '', ...value] = option.split('=');
        options.set(key.trim().toLowerCase(), value.join('='));
      }
      return options;
    });
}

function mountIds(instructions: readonly Instruction[], type: 'secret' | 'ssh'): string[] {
  const ids = instructions
    .flatMap((each) => mountsOf(each))
    .filter((mount) => mount.get('type') === type)
    .map((mount) => mount.get('id') ?? (type === 'ssh' ? 'default' : (mount.get('target')?.split('/').at(-1) ?? '')));
  return [...new Set(ids.filter((id) => id !== ''))];
}

function argsOf(instruction: Arg): readonly DockerfileArg[] {
  const line = instruction.getRange().start.line + 1;
  return instruction.getProperties().map((property) => {
    const value = property.getValue();
    return { name: property.getName(), ...(value === null ? {} : { default: value }), line };
  });
}

/** The first declaration that has a default wins, else the first: what a form should offer. */
function uniqueByName(args: readonly DockerfileArg[]): DockerfileArg[] {
  const byName = new Map<string, DockerfileArg>();
  for (const arg of args) {
    const known = byName.get(arg.name);
    if (known === undefined || (known.default === undefined && arg.default !== undefined)) byName.set(arg.name, arg);
  }
  return [...byName.values()];
}

/** The values that `FROM` sees: the caller's build arguments, else the defaults, each of which may use those before it. */
export function globalArgValues(
  dockerfile: Dockerfile,
  buildArgs: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const arg of dockerfile.globalArgs) {
    values.set(arg.name, buildArgs.get(arg.name) ?? expandVariables(arg.default ?? '', values));
  }
  return values;
}
