import { describe, expect, it } from 'vitest';
import { StatusResponse } from './proto/control.ts';
import { VertexLedger } from './vertices.ts';

type Told = Partial<StatusResponse['vertexes'][number]>;

/** A moment of 2024-03-09, in seconds after 08:00:00 UTC. */
const at = (seconds: number) => ({ seconds: 1_709_971_200 + seconds, nanos: 250_000_000 });
const iso = (seconds: number) => new Date((1_709_971_200 + seconds) * 1000 + 250).toISOString();

function response(parts: { vertexes?: readonly Told[]; statuses?: StatusResponse['statuses'] }): StatusResponse {
  const empty = StatusResponse.decode(new Uint8Array());
  const blank = {
    digest: '',
    inputs: [],
    name: '',
    cached: false,
    started: undefined,
    completed: undefined,
    error: '',
  };
  return { ...empty, ...parts, vertexes: (parts.vertexes ?? []).map((told) => ({ ...blank, ...told })) };
}

/** Merges these one after the other, and gives the last change. */
function after(...told: readonly (readonly Told[])[]) {
  const ledger = new VertexLedger();
  return told.map((vertexes) => ledger.merge(response({ vertexes }))).at(-1);
}

describe('the ledger of vertices', () => {
  it('numbers vertices as they are first seen', () => {
    const ledger = new VertexLedger();
    ledger.merge(response({ vertexes: [{ digest: 'a' }, { digest: 'b' }] }));
    const changed = ledger.merge(response({ vertexes: [{ digest: 'c' }, { digest: 'a', started: at(0) }] }));
    expect(changed.map(({ digest, number }) => [digest, number])).toEqual([
      ['a', 1],
      ['c', 3],
    ]);
  });

  it('numbers what a vertex reads from before it, when both come at once', () => {
    const graph = [
      { digest: 'copy', inputs: ['run', 'context'] },
      { digest: 'context' },
      { digest: 'run', inputs: ['from'] },
      { digest: 'from' },
    ];
    expect(after(graph)?.map(({ digest }) => digest)).toEqual(['from', 'run', 'context', 'copy']);
  });

  it('survives a graph that reads from itself', () => {
    const graph = [
      { digest: 'a', inputs: ['b'] },
      { digest: 'b', inputs: ['a'] },
    ];
    expect(after(graph)).toHaveLength(2);
  });

  it.each<[string, Told, string]>([
    ['was only named', {}, 'pending'],
    ['has started', { started: at(1) }, 'running'],
    ['has ended', { started: at(1), completed: at(2) }, 'succeeded'],
    ['came from the cache', { cached: true }, 'succeeded'],
    ['has an error', { started: at(1), completed: at(2), error: 'exit code: 1' }, 'failed'],
    ['was stopped', { started: at(1), completed: at(2), error: 'exit code: 137: context canceled' }, 'canceled'],
  ])('a vertex that %s', (_, told, status) => {
    expect(after([{ digest: 'a', ...told }])).toMatchObject([{ status }]);
  });

  it('takes a vertex that runs twice from its first start to its last end', () => {
    const first = { digest: 'a', started: at(1), completed: at(2) };
    const second = { digest: 'a', started: at(5) };
    const twice = after([first], [second]);
    expect(twice).toMatchObject([{ status: 'running', startTime: iso(1) }]);
    expect(twice?.[0]).not.toHaveProperty('finishTime');
    expect(after([first], [second], [{ ...second, completed: at(9) }])).toMatchObject([
      { status: 'succeeded', startTime: iso(1), finishTime: iso(9) },
    ]);
  });

  it('tells nothing when nothing changed', () => {
    expect(after([{ digest: 'a', name: 'RUN' }], [{ digest: 'a', name: 'RUN' }])).toEqual([]);
  });

  it('merges what a vertex moves into it, by id', () => {
    const ledger = new VertexLedger();
    const status = { id: 'sha256:1', vertex: 'a', current: 10, total: 100, completed: undefined };
    ledger.merge(response({ vertexes: [{ digest: 'a' }], statuses: [status, { ...status, id: 'sha256:2' }] }));
    const changed = ledger.merge(response({ statuses: [{ ...status, current: 100, completed: at(3) }] }));
    expect(changed[0]?.progress).toEqual([
      { id: 'sha256:1', current: 100, total: 100, done: true },
      { id: 'sha256:2', current: 10, total: 100, done: false },
    ]);
  });

  it('keeps what moves when the vertex itself is told again', () => {
    const ledger = new VertexLedger();
    const status = { id: 'layer', vertex: 'a', current: 1, total: 0, completed: undefined };
    ledger.merge(response({ vertexes: [{ digest: 'a' }], statuses: [status] }));
    expect(ledger.merge(response({ vertexes: [{ digest: 'a', completed: at(1) }] }))[0]?.progress).toHaveLength(1);
  });

  it('does not tell a vertex of which only a digest is known', () => {
    const ledger = new VertexLedger();
    expect(ledger.numberOf('a')).toBe(1);
    const status = { id: 'layer', vertex: 'a', current: 1, total: 0, completed: undefined };
    expect(ledger.merge(response({ statuses: [status] }))).toEqual([]);
    expect(ledger.merge(response({ vertexes: [{ digest: 'a', name: 'FROM' }] }))).toMatchObject([
      { number: 1, name: 'FROM', progress: [{ id: 'layer' }] },
    ]);
  });

  it('finds the vertex that failed by itself', () => {
    const ledger = new VertexLedger();
    ledger.merge(
      response({
        vertexes: [
          { digest: 'a', error: 'exit code: 1' },
          { digest: 'b', error: 'context canceled' },
        ],
      }),
    );
    expect(ledger.failed()?.digest).toBe('a');
  });

  it('leaves nothing running in the end', () => {
    const ledger = new VertexLedger();
    ledger.merge(response({ vertexes: [{ digest: 'a', started: at(1) }, { digest: 'b' }] }));
    expect(ledger.settle()).toMatchObject([{ digest: 'a', status: 'canceled' }]);
  });
});
