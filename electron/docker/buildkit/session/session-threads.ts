import { MessageChannel, type MessagePort, type Worker } from 'node:worker_threads';
import { startWorker } from '../../../worker-entry.ts';
import type { SessionPlan, SessionWork } from './plan.ts';

/** A session that a thread serves. */
export interface ServedSession {
  /** To talk with the thread by. Has to be listened to: what was said is heard before the session is over. */
  readonly port: MessagePort;
  /** Resolves when the thread has left the session, as it was told to; with what went wrong, when it left by dying. */
  readonly over: Promise<Error | undefined>;
}

/**
 * Threads that serve sessions. The last one that has nothing to do is kept for the next build: it takes longer to start one
 * than to do all else before the daemon's first question.
 */
export interface SessionThreads {
  serve(plan: SessionPlan): ServedSession;
  /** Ends what has nothing to do; what serves ends with its session. */
  close(): void;
}

/** How long a thread is kept that nobody needs, in ms. It holds some 10 MB. */
const patience = 5 * 60_000;

export function createSessionThreads(): SessionThreads {
  let idle: { readonly worker: Worker; readonly timer: NodeJS.Timeout } | undefined;
  let closed = false;

  const take = (): Worker => {
    if (idle === undefined) {
      const started = startWorker('build-session');
      started.once('exit', () => {
        if (idle?.worker === started) idle = undefined;
      });
      return started;
    }
    const { worker, timer } = idle;
    clearTimeout(timer);
    idle = undefined;
    worker.ref();
    return worker;
  };
  /** Without a connection a thread can be ended from outside: see the thread itself. */
  const giveBack = (worker: Worker) => {
    if (closed || idle !== undefined) return void worker.terminate();
    worker.unref();
    idle = { worker, timer: setTimeout(endIdle, patience).unref() };
  };
  function endIdle(): void {
    if (idle === undefined) return;
    clearTimeout(idle.timer);
    void idle.worker.terminate();
    idle = undefined;
  }

  return {
    serve(plan) {
      const worker = take();
      const { port1, port2 } = new MessageChannel();
      const work: SessionWork = { plan, port: port2 };
      const closed = new Promise<void>((resolve) => port1.once('close', () => resolve()));
      const over = new Promise<Error | undefined>((resolve) => {
        const leave = () => worker.off('message', free).off('error', died).off('exit', died);
        const free = () => {
          leave();
          giveBack(worker);
          // Behind the last word that the session has said.
          void closed.then(() => resolve(undefined));
        };
        const died = (reason: unknown) => {
          leave();
          resolve(reason instanceof Error ? reason : new Error('the thread of the session ended'));
        };
        worker.on('message', free).on('error', died).on('exit', died);
      });
      worker.postMessage(work, [port2, ...(plan.route.kind === 'port' ? [plan.route.port] : [])]);
      return { port: port1, over };
    },
    close() {
      closed = true;
      endIdle();
    },
  };
}
