// A process that looks at one task file, as the window does before a run, and tells what that took.
import { QuickRunRequest } from '@shared/model/quick-run.ts';
import { lookAhead } from '../../electron/runtime/task-file-handlers.ts';
import { highestMemory, restingMemory } from './memory.ts';

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

const before = restingMemory();
const began = performance.now();
const { findings } = await lookAhead(request, parts, new AbortController().signal, 'ca1');
const milliseconds = performance.now() - began;
const outcome: HostileOutcome = {
  milliseconds,
  memory: highestMemory() - before,
  errors: [...new Set(findings.filter(({ severity }) => severity === 'error').map(({ code }) => code))],
};
process.send?.(outcome, () => process.exit(0));
