import { afterEach, describe, expect, it } from 'vitest';
import type { InvokeResult } from '@shared/contract/bridge.ts';
import { AppFailure } from '@shared/model/app-error.ts';
import { client } from './client.ts';

/** The preload's half, as far as these tests need it: it keeps what was asked and answers when told. */
function installBridge() {
  const asked: { readonly name: string; readonly input: unknown; readonly callId: string }[] = [];
  const aborted: string[] = [];
  let answer: (result: InvokeResult) => void = () => {};
  Object.assign(window, {
    slipway: {
      invoke: (namespace: string, operation: string, input: unknown, callId: string) => {
        asked.push({ name: `${namespace}.${operation}`, input, callId });
        return new Promise<InvokeResult>((resolve) => {
          answer = resolve;
        });
      },
      abort: (callId: string) => aborted.push(callId),
    },
  });
  return { asked, aborted, answer: (result: InvokeResult) => answer(result) };
}

afterEach(() => {
  Reflect.deleteProperty(window, 'slipway');
});

describe('the client', () => {
  it('asks main by the names of the contract and hands over the answer', async () => {
    const bridge = installBridge();
    const shown = client.runs.show({ runId: 'ca4' });
    bridge.answer({ ok: true, value: { runId: 'ca4' } });
    expect(await shown).toEqual({ runId: 'ca4' });
    expect(bridge.asked).toMatchObject([{ name: 'runs.show', input: { runId: 'ca4' } }]);
  });

  it('throws a failure with everything that main said about it', async () => {
    const bridge = installBridge();
    const shown = client.runs.show({ runId: 'ca4' });
    const error = { code: 'run.notFound' as const, params: { runId: 'ca4' }, fixes: [] };
    bridge.answer({ ok: false, error });
    const thrown = await shown.catch((failure: unknown) => failure);
    expect(thrown).toBeInstanceOf(AppFailure);
    expect((thrown as AppFailure).error).toEqual(error);
  });

  it('aborts in main what is aborted here, and gives up at once', async () => {
    const bridge = installBridge();
    const stop = new AbortController();
    const sized = client.quickBuilds.size({ context: '/src', dockerfile: 'Dockerfile' }, stop.signal);
    stop.abort(new Error('left the screen'));
    await expect(sized).rejects.toThrow('left the screen');
    expect(bridge.aborted).toEqual([bridge.asked[0]?.callId]);
  });

  it('asks nothing when it was aborted before', async () => {
    const bridge = installBridge();
    await expect(client.settings.get(undefined, AbortSignal.abort())).rejects.toThrow();
    expect(bridge.asked).toEqual([]);
  });

  it('aborts nothing that has ended', async () => {
    const bridge = installBridge();
    const stop = new AbortController();
    const shown = client.runs.show({ runId: 'ca4' }, stop.signal);
    bridge.answer({ ok: true, value: {} });
    await shown;
    stop.abort();
    expect(bridge.aborted).toEqual([]);
  });
});
