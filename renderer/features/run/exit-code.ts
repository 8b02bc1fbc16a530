/** What an exit code means, as a key of the texts `exit.<key>`; the signal's name where one ended the process. */
export type ExitMeaning =
  | { readonly key: 'notExecutable' | 'notFound' | 'killed' | 'crashed' | 'interrupted' | 'terminated' | 'aborted' }
  | { readonly key: 'signal'; readonly signal: number }
  | { readonly key: 'failed' };

/** Shells and container runtimes exit with 128 and the number of the signal that ended a process. */
const signals: Readonly<Record<number, ExitMeaning>> = {
  2: { key: 'interrupted' },
  6: { key: 'aborted' },
  9: { key: 'killed' },
  11: { key: 'crashed' },
  15: { key: 'terminated' },
};

/** The words for an exit code: 127 is a command that isn't there, 137 most likely memory that ran out. */
export function exitMeaning(code: number): ExitMeaning {
  if (code === 126) return { key: 'notExecutable' };
  if (code === 127) return { key: 'notFound' };
  if (code <= 128 || code > 128 + 64) return { key: 'failed' };
  const signal = code - 128;
  return signals[signal] ?? { key: 'signal', signal };
}
