import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Namespace } from '@shared/contract/define.ts';
import { contract, type ContractHandlers } from '@shared/contract/index.ts';
import { appFailure } from '@shared/model/app-error.ts';
import { answer, parseCall, type Served } from './answer.ts';

const never = new AbortController().signal;

/** Handlers of which each does the same; the types of the single operations don't matter for it. */
function everywhere(handle: (input: unknown, signal: AbortSignal) => unknown): Served {
  const handlers = Object.fromEntries(
    Object.entries(contract).map(([name, operations]) => [
      name,
      Object.fromEntries(
        Object.keys(operations).map((operation) => [
          operation,
          async (input: unknown, signal: AbortSignal) => handle(input, signal),
        ]),
      ),
    ]),
  );
  const { app, ...runtime } = handlers as unknown as ContractHandlers;
  return { app, runtime: Promise.resolve(runtime) };
}

function call(namespace: string, operation: string, input: unknown) {
  return { namespace, operation, input, callId: 'call-1' };
}

const operations = Object.entries(contract).flatMap(([namespace, members]: [string, Namespace]) =>
  Object.entries(members).map(([operation, { input }]) => ({
    name: `${namespace}.${operation}`,
    namespace,
    operation,
    input,
  })),
);

describe('answer', () => {
  it('hands the parsed input, defaults filled in, to the operation’s handler', async () => {
    const handlers = everywhere((input) => ({ heard: input }));
    await expect(answer(handlers, call('runs', 'list', {}), never)).resolves.toEqual({
      ok: true,
      value: { heard: { limit: 15 } },
    });
  });

  it('answers a failure of a handler as data', async () => {
    const handlers = everywhere(() => {
      throw appFailure('run.notFound', { params: { runId: 'ca9' }, fixes: [{ kind: 'retry' }] });
    });
    await expect(answer(handlers, call('runs', 'show', { runId: 'ca9' }), never)).resolves.toEqual({
      ok: false,
      error: { code: 'run.notFound', params: { runId: 'ca9' }, fixes: [{ kind: 'retry' }] },
    });
  });

  it('tells each call why the runtime could not start, and serves the desktop’s own all the same', async () => {
    const served: Served = {
      app: everywhere(() => 'copied').app,
      runtime: Promise.reject(appFailure('store.newerVersion')),
    };
    const list = await answer(served, call('runs', 'list', {}), never);
    expect(list).toMatchObject({ ok: false, error: { code: 'store.newerVersion' } });
    await expect(answer(served, call('app', 'copy', { text: 'x' }), never)).resolves.toEqual({
      ok: true,
      value: 'copied',
    });
  });

  it('gives the handler the signal of its call', async () => {
    const controller = new AbortController();
    const handlers = everywhere(async (_, signal) => {
      controller.abort();
      if (signal.aborted) throw appFailure('run.canceled');
    });
    const result = await answer(handlers, call('engine', 'find', undefined), controller.signal);
    expect(result).toMatchObject({ ok: false, error: { code: 'run.canceled' } });
  });

  it('starts nothing for a call that was aborted while the runtime came up', async () => {
    const handlers = everywhere(() => expect.unreachable('an aborted call was handled'));
    const result = await answer(handlers, call('engine', 'find', undefined), AbortSignal.abort());
    expect(result.ok).toBe(false);
  });

  it.each([
    ['runs', 'explode'],
    ['secrets', 'list'],
    ['runs', 'constructor'],
    ['__proto__', 'toString'],
    ['runs', '__proto__'],
  ])('rejects %s.%s, which the contract doesn’t have', async (namespace, operation) => {
    const handlers = everywhere(() => expect.unreachable('an unknown operation was handled'));
    await expect(answer(handlers, call(namespace, operation, {}), never)).resolves.toMatchObject({
      ok: false,
      error: { code: 'request.invalid' },
    });
  });

  it.each(operations)(
    'lets no input through to $name that its schema refuses',
    async ({ namespace, operation, input }) => {
      const hostile = fc.anything({
        withBigInt: true,
        withDate: true,
        withMap: true,
        withSet: true,
        withTypedArray: true,
        withNullPrototype: true,
      });
      await fc.assert(
        fc.asyncProperty(hostile, async (value) => {
          const accepted = input.safeParse(value).success;
          const result = await answer(
            everywhere(() => 'reached'),
            call(namespace, operation, value),
            never,
          );
          expect(result).toMatchObject(
            accepted ? { ok: true, value: 'reached' } : { ok: false, error: { code: 'request.invalid' } },
          );
        }),
        { numRuns: 200 },
      );
    },
  );

  it.each(operations)('refuses wrong types for $name', async ({ namespace, operation }) => {
    for (const wrong of [null, 42, 'text', true, [], [{}], Symbol('x'), () => 'x', Number.NaN]) {
      const result = await answer(
        everywhere(() => expect.unreachable('wrong types were handled')),
        call(namespace, operation, wrong),
        never,
      );
      expect(result).toMatchObject({
        ok: false,
        error: { code: 'request.invalid', params: { operation: `${namespace}.${operation}` } },
      });
    }
  });
});

describe('parseCall', () => {
  it('reads a call', () => {
    expect(parseCall({ ...call('runs', 'list', { limit: 3 }), more: 1 })).toEqual(call('runs', 'list', { limit: 3 }));
  });

  it.each([
    ['nothing', undefined],
    ['a list', ['runs', 'list']],
    ['names of another type', { ...call('runs', 'list', {}), namespace: { toString: 'runs' } }],
    ['no call id', { ...call('runs', 'list', {}), callId: undefined }],
    ['an endless id', { ...call('runs', 'list', {}), callId: 'x'.repeat(201) }],
  ])('refuses %s', (_, message) => {
    expect(() => parseCall(message)).toThrow(
      expect.objectContaining({ error: expect.objectContaining({ code: 'request.invalid' }) }),
    );
  });
});
