// A process of its own for run-store.test.ts: waits for a line, then races the others.
import { once } from 'node:events';
import { openRunStore } from './run-store.ts';

const [, , home = '', task = ''] = process.argv;
const self = { pid: process.pid, started: `racer-${process.pid}` };
process.stdout.write('ready\n');
await once(process.stdin, 'data');

const store = openRunStore({ home, clock: { now: () => Date.now() } });
const print = (runId: string) => process.stdout.write(`${runId}\n`);
if (task === 'create') {
  for (let count = 0; count < 50; count++) {
    print(
      store.create(
        {
          runType: 'QuickBuild',
          cause: { kind: 'manual' },
          platforms: [],
          steps: [],
          request: {
            kind: 'quickBuild',
            build: {
              context: '/src',
              tags: [],
              buildArgs: [],
              secrets: [],
              ssh: [],
              labels: {},
              platforms: [],
              noCache: false,
              pull: false,
              push: false,
              timeoutSeconds: 300,
            },
          },
        },
        self,
      ).runId,
    );
  }
} else {
  for (const { run } of store.queued()) if (store.claim(run.runId, self)) print(run.runId);
}
store.close();
