import type { AppError } from '@shared/model/app-error.ts';
import type { Finding } from '@shared/model/run.ts';
import type { Messages } from './messages.ts';
import { printable } from './printable.ts';

/** Where a command writes: results on standard output, progress and errors on standard error. */
export interface Output {
  result(line: string): void;
  progress(line: string): void;
  /** One event of `--json`, a line on standard output. */
  event(event: Readonly<Record<string, unknown>>): void;
  error(error: AppError): void;
  finding(finding: Finding): void;
  readonly color: boolean;
}

const dim = '\u001B[2m';
const red = '\u001B[31m';
const yellow = '\u001B[33m';
const reset = '\u001B[0m';

/** Writes to this process's own streams. Colour only on a terminal, and not with `NO_COLOR` (no-color.org). */
export function createOutput(messages: Messages, env: NodeJS.ProcessEnv): Output {
  const color = process.stderr.isTTY && !env.NO_COLOR;
  const paint = (code: string, text: string) => (color ? `${code}${text}${reset}` : text);
  const progress = (line: string) => void process.stderr.write(`${line}\n`);
  return {
    color,
    progress,
    result: (line) => void process.stdout.write(`${line}\n`),
    event: (event) => void process.stdout.write(`${JSON.stringify(event)}\n`),
    error(error) {
      const { title, why, todo } = messages.error(error);
      const { file, line, column } = error.where ?? {};
      const place =
        file === undefined ? '' : `${[file, line, column].filter((part) => part !== undefined).join(':')}: `;
      progress(paint(red, `${messages.t('error')}: ${printable(place)}${title}`));
      for (const text of [why, todo]) if (text !== '') progress(`  ${text}`);
      if (error.cause !== undefined)
        for (const text of printable(error.cause.trimEnd()).split('\n')) progress(paint(dim, `  | ${text}`));
      for (const fix of error.fixes) {
        if (fix.kind === 'copyCommand') progress(`  $ ${fix.command}`);
        if (fix.kind === 'signInToGit') progress(`  $ slipway git login ${fix.place}`);
      }
    },
    finding: (finding) => progress(paint(yellow, `${messages.t('note')}: ${messages.finding(finding)}`)),
  };
}
