import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { QuickRunRequest } from '@shared/model/quick-run.ts';
import type { RunSource } from '@shared/model/run.ts';
import { openRunStore } from '../../store/run-store.ts';
import { currentProcess } from '../../process-identity.ts';
import type { RunStore } from '../journal.ts';
import type { RemoteLocation } from '../ports/sources.ts';
import { openRunSource } from './run-source.ts';

let home: string;
let store: RunStore;
beforeEach(() => {
  home = mkdtempSync(path.join(os.tmpdir(), 'slipway-run-source-'));
  store = openRunStore({ home, clock: { now: Date.now } });
});
afterEach(() => {
  store.close();
  rmSync(home, { recursive: true });
});

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;

/** A task of this context, which was looked at before it runs. */
async function open(context: string, shown: RunSource, fetched: RunSource, status: 'Queued' | 'Failed' = 'Queued') {
  const request = QuickRunRequest.parse({ source: { kind: 'file', path: 'acb.yaml' }, context });
  const { runId } = store.create(
    {
      runType: 'QuickRun',
      cause: { kind: 'manual' },
      request: { kind: 'quickRun', run: request },
      platforms: [],
      steps: [],
      source: shown,
    },
    currentProcess(),
  );
  store.update(runId, { status });
  const asked: RemoteLocation[] = [];
  const lines: string[] = [];
  await openRunSource(
    runId,
    context,
    undefined,
    'source',
    {
      store,
      scratchFolder: () => home,
      sources: {
        async fetch(location, root) {
          asked.push(location);
          return { root, source: fetched };
        },
      },
    },
    { mask: () => [], engineLine: (_step, line) => void lines.push(line) },
    new AbortController().signal,
  );
  return { asked, lines, recorded: store.get(runId).source };
}

describe('what was looked at before a run', () => {
  it('and was an artifact is fetched by its digest', async () => {
    const shown: RunSource = { kind: 'artifact', reference: 'reg.example/app:1', digest: digest('a') };
    const { asked, recorded } = await open('oci://reg.example/app:1', shown, shown);
    expect(asked).toEqual([{ kind: 'artifact', reference: `reg.example/app@${digest('a')}` }]);
    expect(recorded).toEqual(shown);
  });

  const url = 'https://host.example/ctx.tgz';
  const before: RunSource = { kind: 'archive', url, digest: digest('a') };
  const after: RunSource = { kind: 'archive', url, digest: digest('b') };
  it('and was an archive that has changed since is recorded as what is built, and told', async () => {
    const { lines, recorded } = await open(url, before, after);
    expect(recorded).toEqual(after);
    expect(lines).toContain(`WARNING: the archive has changed since it was looked at: it was ${digest('a')}`);
    expect((await open(url, before, before)).lines.join('\n')).not.toContain('WARNING');
  });

  it('stays in the record of a run that is over', async () => {
    expect((await open(url, before, after, 'Failed')).recorded).toEqual(before);
  });
});
