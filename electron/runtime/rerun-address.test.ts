// What was secret in the address of a context, when the run is run again.
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { QuickRunRequest } from '@shared/model/quick-run.ts';
import { tar } from '../../scripts/parts/tar.ts';
import { createStrictEngine } from '../engine/run/task/strict-engine-testing.ts';
import { type ScriptedServer, startServer } from '../http/server-testing.ts';
import { createRuntime, type Runtime } from '../runtime.ts';

const never = new AbortController().signal;
const files = tar([{ name: 'acb.yaml', content: 'version: v1.1.0\nsteps:\n  - cmd: actor true\n' }]);

let work: string;
let runtime: Runtime;
let server: ScriptedServer;
let other: ScriptedServer;

beforeEach(async () => {
  const open = () => startServer((_request, response) => void response.end(files));
  [server, other] = [await open(), await open()];
  work = await mkdtemp(path.join(os.tmpdir(), 'slipway-rerun-'));
  runtime = await createRuntime({
    home: path.join(work, 'home'),
    env: { HOME: work, DOCKER_CONFIG: work, SLIPWAY_PASSPHRASE: 'a passphrase for tests' },
    owner: 'window',
    engine: createStrictEngine('actor'),
  });
});
afterEach(async () => {
  await runtime.close();
  await Promise.all([server.stop(), other.stop()]);
  await rm(work, { recursive: true, force: true });
});

const asked = (context: string) => QuickRunRequest.parse({ context, source: { kind: 'file', path: 'acb.yaml' } });
const authorization = `Basic ${Buffer.from('ada:hunter22').toString('base64')}`;

it('is not on the record, goes to the same address again, and to no other', async () => {
  const { runs } = runtime.handlers;
  const address = `http://ada:hunter22@${server.host}/app.tar?sig=s3cret-signature`;
  const { runId, request } = await runs.quickRun(asked(address), never);
  expect(request).toMatchObject({ run: { context: `${server.url}/app.tar`, sealedQuery: true } });
  expect(server.seen[0]).toMatchObject({ path: '/app.tar?sig=s3cret-signature', headers: { authorization } });

  const before = server.seen.length;
  const again = await runs.rerun({ runId }, never);
  expect(again.request).toEqual(request);
  for (const seen of server.seen.slice(before))
    expect(seen).toMatchObject({ path: '/app.tar?sig=s3cret-signature', headers: { authorization } });

  await runs.rerun({ runId, run: asked(`${other.url}/app.tar`) }, never);
  expect(other.seen.length).toBeGreaterThan(0);
  for (const { path: place, headers } of other.seen) {
    expect(place).toBe('/app.tar');
    expect(headers.authorization).toBeUndefined();
  }
});
