// A process that looks at one task file, as the window does before a run, and tells what that took.
import { readFileSync, writeFileSync } from 'node:fs';
import { QuickRunRequest } from '@shared/model/quick-run.ts';
import { lookAhead } from '../../electron/runtime/task-file-handlers.ts';

/** What it took: ms, and bytes of memory at its highest above what the process had before. */
export interface HostileOutcome {
  readonly milliseconds: number;
  readonly memory: number;
  /** Codes of the errors. */
  readonly errors: readonly string[];
}

const [context, path, valuesFile] = process.argv.slice(2);
const request = QuickRunRequest.parse({
  context,
  source: { kind: 'file', path },
  ...(valuesFile === undefined ? {} : { valuesFile }),
});
const parts = {
  engineStatus: () => ({ state: 'searching' as const, attempts: [] }),
  defaultRegistry: () => '',
  now: () => Date.now(),
  // Folders of this machine alone.
  trees: {
    of: (context: string | undefined) => Promise.resolve({ root: context, source: undefined }),
    close: () => Promise.resolve(),
  },
};

globalThis.gc?.();
// From here on the kernel counts the highest anew.
writeFileSync('/proc/self/clear_refs', '5');
const before = inStatus('VmRSS');
const began = performance.now();
const { findings } = await lookAhead(request, parts, new AbortController().signal, 'ca1');
const milliseconds = performance.now() - began;
const outcome: HostileOutcome = {
  milliseconds,
  memory: inStatus('VmHWM') - before,
  errors: [...new Set(findings.filter(({ severity }) => severity === 'error').map(({ code }) => code))],
};
process.send?.(outcome, () => process.exit(0));

function inStatus(name: 'VmRSS' | 'VmHWM'): number {
  const kilobytes = new RegExp(`^${name}:\\s*(\\d+) kB`, 'm').exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  if (kilobytes === undefined) throw new Error(`this kernel does not tell ${name}`);
  return Number(kilobytes) * 1024;
}
