/**
 * What can be said of a command's text, and whether the command can still be carried out: an `error` can't. Each code has its
 * words under `finding` in the i18n area `task`; the parameters are told here.
 */
export const commandFindings = {
  /** `text`, `rewrite`. An unquoted operator of the shell. */
  'command.operator': 'error',
  /** `text`, `rewrite`. `$(…)`, backticks, arithmetic, or what only the host's shell could know, such as `$$`. */
  'command.substitution': 'error',
  /** `text`, `rewrite`. `${NAME:-default}` and its like. */
  'command.parameter': 'error',
  /** `text`: what was opened and never closed. */
  'command.unterminatedQuote': 'error',
  /** `rewrite`. Words on more than one line. */
  'command.newline': 'error',
  /** `name`, `rewrite`. */
  'command.variable': 'warning',
  /** `name`, `rewrite`. */
  'command.unknownVariable': 'warning',
  /** `text`, `value` (what it becomes), `rewrite`. `$1`, `$@`, `$?` … */
  'command.specialParameter': 'warning',
  /** `text`. */
  'command.comment': 'warning',
  'command.trailingBackslash': 'warning',

  /** `text`: the first operator or substitution; `rewrite`. What follows the image is a line for a shell. */
  'command.needsShell': 'error',
  'command.noImage': 'error',
  /** `name`. `--name` in front of the image. */
  'command.nameIgnored': 'warning',

  /** `flag`, `command`. */
  'command.flagUnknown': 'error',
  /** `flag`, `command`, `rewrite`. */
  'command.flagMisspelled': 'error',
  /** `flag`, `command`. */
  'command.flagUnsupported': 'error',
  /** `flag`. */
  'command.flagValueMissing': 'error',
  /** `flag`, `value`, `example`. */
  'command.flagInvalid': 'error',
  /** `flag`. */
  'command.flagIgnored': 'warning',

  /** `rewrite`. `--image`, which is an option of `az acr build` and no flag of docker. */
  'command.imageFlag': 'error',
  'command.noContext': 'warning',
  /** `first`, `second`. */
  'command.twoContexts': 'error',
  /** `text`. A context or a Dockerfile from standard input. */
  'command.standardInput': 'error',
} as const satisfies Readonly<Record<string, 'error' | 'warning'>>;

export type CommandFindingCode = keyof typeof commandFindings;

/**
 * Something about a command's text that its author should know. Offsets are UTF-16 units into the text.
 *
 * `params` quote the text, and words with their variables filled in, either of which may hold a secret: whoever shows them
 * masks them first. Where `params.rewrite` is there, it stands for exactly the text of the finding: put in its
 * place, it says what the author most likely meant.
 */
export interface CommandFinding {
  readonly code: CommandFindingCode;
  readonly severity: 'error' | 'warning';
  readonly offset: number;
  readonly length: number;
  readonly params: Readonly<Record<string, string | number>>;
}

/** A stretch of a command's text, in UTF-16 units. */
export interface Span {
  readonly offset: number;
  readonly length: number;
}

/** Makes a finding of the severity that its code has. */
export function commandFinding(
  code: CommandFindingCode,
  { offset, length }: Span,
  params: CommandFinding['params'] = {},
): CommandFinding {
  return { code, severity: commandFindings[code], offset, length, params };
}

const ofACode = 50;

/** Collects findings. Of each code only the first ones: more of a kind say nothing new, and a hostile text has a million. */
export class FindingList {
  readonly all: CommandFinding[] = [];
  private readonly counts = new Map<CommandFindingCode, number>();

  /** Adds what {@link commandFinding} makes. Answers nothing when there are enough of its code. */
  add(code: CommandFindingCode, span: Span, params: CommandFinding['params'] = {}): CommandFinding | undefined {
    if (this.isFull(code)) return undefined;
    this.counts.set(code, (this.counts.get(code) ?? 0) + 1);
    const finding = commandFinding(code, span, params);
    this.all.push(finding);
    return finding;
  }

  isFull(code: CommandFindingCode): boolean {
    return (this.counts.get(code) ?? 0) >= ofACode;
  }
}

/** Whether the command can't be carried out. */
export function hasErrors(findings: readonly CommandFinding[]): boolean {
  return findings.some(({ severity }) => severity === 'error');
}

/** In the order of the text; those at one place stay in the order in which they were found. */
export function inOrder(findings: readonly CommandFinding[]): readonly CommandFinding[] {
  return [...findings].sort((one, other) => one.offset - other.offset);
}

/** Long texts are cut: what is quoted is a reminder, and the editor marks the whole of it. */
export function excerpt(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 59).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
