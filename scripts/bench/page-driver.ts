// Starts an Electron as a person does, and asks its page through the DevTools protocol: no test driver that holds the start up.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'undici';
import { z } from 'zod';

export interface RunningElectron {
  /** When the process was started: ms since 1970. */
  readonly started: number;
  readonly pid: number;
  /** The value of an expression in the page, awaited; asked again where the page is just being loaded. */
  ask(expression: string): Promise<unknown>;
  stop(): Promise<void>;
}

const Targets = z.array(z.object({ type: z.string(), webSocketDebuggerUrl: z.string().optional() }));
const Answer = z.object({
  id: z.number().optional(),
  result: z
    .object({
      result: z.object({ value: z.unknown().optional() }).optional(),
      exceptionDetails: z
        .object({ text: z.string(), exception: z.object({ description: z.string().optional() }).optional() })
        .optional(),
    })
    .optional(),
  error: z.object({ message: z.string() }).optional(),
});
type Answer = z.infer<typeof Answer>;

const patience = 60_000;

/** The program is started with `--remote-debugging-port`; it opens one window. */
export async function startElectron(
  program: string,
  args: readonly string[],
  port: number,
  env: NodeJS.ProcessEnv,
): Promise<RunningElectron> {
  const started = performance.timeOrigin + performance.now();
  const child = spawn(program, [`--remote-debugging-port=${port}`, '--remote-allow-origins=*', ...args], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let words = '';
  child.stderr.on('data', (chunk: Buffer) => (words = (words + chunk.toString()).slice(-2000)));
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    const tooLong = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await exited;
    clearTimeout(tooLong);
  };
  try {
    const page = await connect(await pageAddress(port, child, () => words));
    return { started, pid: child.pid ?? 0, ask: page.ask, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function pageAddress(port: number, child: ChildProcess, words: () => string): Promise<string> {
  const end = Date.now() + patience;
  while (Date.now() < end) {
    if (child.exitCode !== null) throw new Error(`Electron ended with ${child.exitCode}:\n${words()}`);
    try {
      const targets = Targets.parse(await (await fetch(`http://127.0.0.1:${port}/json/list`)).json());
      const page = targets.find((target) => target.type === 'page')?.webSocketDebuggerUrl;
      if (page !== undefined) return page;
    } catch {
      // It doesn't listen yet.
    }
    await delay(5);
  }
  throw new Error(`Electron showed no page in ${patience} ms:\n${words()}`);
}

async function connect(address: string): Promise<Pick<RunningElectron, 'ask'>> {
  const socket = new WebSocket(address);
  await once(socket, 'open');
  const waiting = new Map<number, (answer: Answer) => void>();
  let last = 0;
  socket.addEventListener('message', ({ data }) => {
    const answer = Answer.parse(JSON.parse(String(data)));
    if (answer.id === undefined) return;
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  });
  socket.addEventListener('close', () => {
    for (const answer of waiting.values()) answer({ error: { message: 'the window is gone' } });
    waiting.clear();
  });
  const send = (method: string, params: unknown) =>
    new Promise<Answer>((resolve) => {
      const id = ++last;
      waiting.set(id, resolve);
      socket.send(JSON.stringify({ id, method, params }));
    });
  return {
    async ask(expression) {
      for (;;) {
        const answer = await send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
        const failure = answer.error?.message ?? answer.result?.exceptionDetails?.exception?.description;
        if (failure === undefined) return answer.result?.result?.value;
        // The page was exchanged for the one that it navigated to.
        if (!/context was destroyed|navigated|Cannot find context/i.test(failure)) throw new Error(failure);
        await delay(2);
      }
    },
  };
}
