/**
 * Finds the instruction that an old daemon's words are about: it names vertices (`[build 2/5] RUN make`) and quotes
 * parts of instructions, but gives no line.
 */
import { DockerfileParser, type From, type Instruction } from 'dockerfile-ast';

/** Instructions that make a vertex of their own, and so are counted in `2/5`. */
const counted: readonly string[] = ['RUN', 'COPY', 'ADD', 'WORKDIR'];

/** What a vertex's name tells: the stage where it is named, the place in it, the instruction. */
interface Step {
  readonly stage: string | undefined;
  readonly number: number;
  readonly text: string;
}

interface Stage {
  readonly from: From;
  readonly instructions: readonly Instruction[];
}

/** The Dockerfile's text, with the questions that errors have about it. All lines count from 1. */
export class DockerfileLines {
  private readonly instructions: readonly Instruction[];
  private readonly stages: readonly Stage[];

  constructor(text: string) {
    // A byte order mark is no part of the first instruction.
    this.instructions = DockerfileParser.parse(text.replace(/^\uFEFF/, '')).getInstructions();
    this.stages = stagesOf(this.instructions);
  }

  get isEmpty(): boolean {
    return this.instructions.length === 0;
  }

  get hasStages(): boolean {
    return this.stages.length > 0;
  }

  /** The line of the instruction behind a vertex's name; `undefined` when it can't be told for sure. */
  lineOfVertex(name: string): number | undefined {
    const step = parseStep(name);
    if (step !== undefined) return this.lineOfStep(step);
    const image = /^(?:\[internal\] load metadata for|FROM) (\S+)$/.exec(name)?.[1];
    return image === undefined ? this.lineContaining([name]) : this.lineOfImage(image);
  }

  /** The line of the only instruction that contains the first of these texts that is contained in just one. */
  lineContaining(texts: readonly string[]): number | undefined {
    for (const text of texts) {
      const found = text === '' ? undefined : only(this.instructions.filter((each) => oneLine(each).includes(text)));
      if (found !== undefined) return lineOf(found);
    }
    return undefined;
  }

  /** The column of a text in a line, from 1. */
  columnOf(line: number, text: string): number | undefined {
    const instruction = this.instructions.find((each) => lineOf(each) === line);
    if (instruction === undefined) return undefined;
    const start = instruction.getRange()?.start.character ?? 0;
    const at = instruction.getTextContent().split('\n')[0]?.toLowerCase().indexOf(text.toLowerCase()) ?? -1;
    return at < 0 ? undefined : start + at + 1;
  }

  /** The instruction that begins in this line, on one line. */
  instructionAt(line: number): string | undefined {
    const found = this.instructions.find((each) => lineOf(each) === line);
    return found === undefined ? undefined : oneLine(found);
  }

  /** The platform that the FROM of this line names; `undefined` where it names none, or by a variable. */
  platformOf(line: number): string | undefined {
    const found = this.stages.find(({ from }) => lineOf(from) === line);
    const platform = found?.from.getPlatformFlag()?.getValue() ?? undefined;
    return platform === undefined || platform.includes('$') ? undefined : platform;
  }

  private lineOfStep(step: Step): number | undefined {
    const stage = this.stageCalled(step.stage);
    if (stage === undefined) return undefined;
    const [keyword] = step.text.split(' ');
    if (keyword === 'FROM') return lineOf(stage.from);
    const layers = stage.instructions.filter((each) => counted.includes(each.getKeyword()));
    const nth = layers[step.number - (this.countsBase(stage) ? 2 : 1)];
    // The text first: a base image's ONBUILD instructions are counted too. But it may come twice, or have variables filled in.
    const found = only(layers.filter((each) => oneLine(each) === step.text)) ?? nth;
    return found !== undefined && found.getKeyword() === keyword ? lineOf(found) : undefined;
  }

  private lineOfImage(image: string): number | undefined {
    const wanted = familiar(image);
    const stage = this.stages.find(({ from }) => familiar(from.getImage() ?? '') === wanted);
    return stage === undefined ? this.lineContaining([wanted]) : lineOf(stage.from);
  }

  /** Stages are named only where there are several: by their name, or `stage-2` by their index. */
  private stageCalled(label: string | undefined): Stage | undefined {
    if (label === undefined) return only(this.stages);
    const index = /^stage-(\d+)$/.exec(label)?.[1];
    return (
      this.stages.find(({ from }) => from.getBuildStage()?.toLowerCase() === label.toLowerCase()) ??
      (index === undefined ? undefined : this.stages[Number(index)])
    );
  }

  /** `FROM` itself is a vertex, unless it is `scratch` or an earlier stage. */
  private countsBase(stage: Stage): boolean {
    const base = stage.from.getImage();
    if (base === null || base === 'scratch') return false;
    const earlier = this.stages.slice(0, this.stages.indexOf(stage));
    return !earlier.some(({ from }) => from.getBuildStage()?.toLowerCase() === base.toLowerCase());
  }
}

/** `[linux/arm64 build 2/5] RUN make`: platform and stage may be missing. */
export function parseStep(name: string): Step | undefined {
  const match = /^\[(?:\S+\/\S+ (?=\S+ ))?(?:(\S+) )?(\d+)\/\d+\] (.*)$/s.exec(name);
  if (match === null) return undefined;
  const [, label, number, text = ''] = match;
  const stage = label?.includes('/') === true ? undefined : label;
  return { stage, number: Number(number), text };
}

function stagesOf(instructions: readonly Instruction[]): readonly Stage[] {
  const stages: { from: From; instructions: Instruction[] }[] = [];
  for (const instruction of instructions) {
    if (instruction.getKeyword() === 'FROM') stages.push({ from: instruction as From, instructions: [] });
    else stages.at(-1)?.instructions.push(instruction);
  }
  return stages;
}

function lineOf(instruction: Instruction): number {
  return (instruction.getRange()?.start.line ?? 0) + 1;
}

/** As BuildKit names its vertices: continued lines joined, comments between them gone, blanks as they are. */
function oneLine(instruction: Instruction): string {
  const [, rest = ''] =
    /^\s*\S+\s*(.*)$/s.exec(instruction.getTextContent().replace(/[\\`]\r?\n(?:[ \t]*#.*\r?\n)*/g, '')) ?? [];
  return `${instruction.getKeyword()} ${rest.trim()}`.trim();
}

/** An image's name without what Docker Hub's images may leave out. */
function familiar(image: string): string {
  return image
    .replace(/^docker\.io\/(?:library\/)?/, '')
    .replace(/@sha256:.*$/, '')
    .replace(/:latest$/, '');
}

function only<Item>(items: readonly Item[]): Item | undefined {
  return items.length === 1 ? items[0] : undefined;
}
