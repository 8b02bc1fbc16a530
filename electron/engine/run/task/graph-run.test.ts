import { expect, it } from 'vitest';
import { type GraphStep, runGraph } from './graph-run.ts';

/** Steps as `id:need,need`, in the order of the file. */
function stepsOf(text: string): readonly GraphStep[] {
  return text.split(' ').map((part) => {
    const [id = '', needs = ''] = part.split(':');
    return { id, needs: needs.split(',').filter((need) => need !== '') };
  });
}

/** A graph whose steps end when the test says so. */
function heldGraph(steps: readonly GraphStep[]) {
  const begun: string[] = [];
  const open = new Map<string, { resolve: () => void; reject: (error: Error) => void }>();
  const stopped: string[] = [];
  let now = steps;
  return {
    begun,
    stopped,
    change: (text: string) => void (now = stepsOf(text)),
    /** Ends a step, then lets everything that follows from it begin. */
    async end(id: string, error?: Error): Promise<void> {
      const step = open.get(id);
      if (step === undefined) throw new Error(`${id} isn't running`);
      open.delete(id);
      if (error === undefined) step.resolve();
      else step.reject(error);
      await settle();
    },
    steps: () => now,
    start: (id: string, signal: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        if (begun.includes(id)) throw new Error(`${id} was started twice`);
        begun.push(id);
        open.set(id, { resolve, reject });
        signal.addEventListener('abort', () => {
          if (!open.delete(id)) return;
          stopped.push(id);
          reject(signal.reason as Error);
        });
      }),
  };
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

const never = new AbortController().signal;

it.each([
  ['one after the other', 'a b:a c:b', ['a'], { a: ['b'], b: ['c'] }],
  ['side by side, the last after the second', 'a b c:b', ['a', 'b'], { b: ['c'], a: [] }],
  ['two into one', 'a b c:a,b', ['a', 'b'], { a: [], b: ['c'] }],
  ['a diamond', 'a b:a c:a d:b,c', ['a'], { a: ['b', 'c'], c: [], b: ['d'] }],
])('%s', async (_, text, first, then) => {
  const graph = heldGraph(stepsOf(text));
  const running = runGraph('ca1', graph, never);
  await settle();
  expect(graph.begun).toEqual(first);
  for (const [id, next] of Object.entries(then)) {
    const before = graph.begun.length;
    await graph.end(id);
    expect(graph.begun.slice(before)).toEqual(next);
  }
  for (const id of graph.begun.filter((each) => !Object.hasOwn(then, each))) await graph.end(id);
  await running;
});

it('starts no more at once than it may, the first in the file before the others', async () => {
  const graph = { ...heldGraph(stepsOf('a b c d:a')), limit: () => 2 };
  const running = runGraph('ca1', graph, never);
  await settle();
  expect(graph.begun).toEqual(['a', 'b']);
  await graph.end('b');
  expect(graph.begun).toEqual(['a', 'b', 'c']);
  await graph.end('a');
  expect(graph.begun).toEqual(['a', 'b', 'c', 'd']);
  await graph.end('c');
  await graph.end('d');
  await running;
});

it('has nothing to do without steps', async () => {
  const graph = heldGraph([]);
  await runGraph('ca1', graph, never);
  expect(graph.begun).toEqual([]);
});

it('stops what runs at the first failure, begins nothing after it, and tells that failure', async () => {
  const graph = heldGraph(stepsOf('a b c:a d:b'));
  const running = runGraph('ca1', graph, never);
  running.catch(() => undefined);
  await settle();
  await graph.end('a', new Error('a failed'));
  expect(graph.stopped).toEqual(['b']);
  expect(graph.begun).toEqual(['a', 'b']);
  await expect(running).rejects.toThrow('a failed');
});

it('stops all when it is canceled, and tells why', async () => {
  const cancel = new AbortController();
  const graph = heldGraph(stepsOf('a b c:a'));
  const running = runGraph('ca1', graph, cancel.signal);
  running.catch(() => undefined);
  await settle();
  cancel.abort(new Error('canceled'));
  await expect(running).rejects.toThrow('canceled');
  expect(graph.stopped).toEqual(['a', 'b']);
  expect(graph.begun).toEqual(['a', 'b']);
});

it('goes on with the steps as they have become', async () => {
  const graph = heldGraph(stepsOf('a b:a'));
  const running = runGraph('ca1', graph, never);
  await settle();
  graph.change('a other:a last:other');
  await graph.end('a');
  expect(graph.begun).toEqual(['a', 'other']);
  await graph.end('other');
  await graph.end('last');
  await running;
});
