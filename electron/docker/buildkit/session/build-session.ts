import { MessageChannel } from 'node:worker_threads';
import type { BuildEvent, Credential } from '../../../engine/ports.ts';
import { startWorker } from '../../../worker-entry.ts';
import { type Connect, UpgradeRefused } from '../grpc/upgrade.ts';
import type { FromSession, SessionPlan, SessionRoute, SocketAddress, ToSession } from './plan.ts';
import { relay } from './relay.ts';

/** What only the owner of a build can answer. What they throw fails the build, in the daemon's words and ours. */
export interface SessionAnswers {
  credential(host: string): Promise<Credential | undefined>;
  secret(id: string): Promise<Uint8Array | undefined>;
}

/** An open session: the daemon calls back on it while the build goes on. */
export interface BuildSession {
  close(): Promise<void>;
}

/**
 * Opens a session in a thread of its own. With an `address` the thread connects by itself; else its bytes go through
 * `connect` and this thread.
 * @throws UpgradeRefused | Error of the connection | the signal's reason
 */
export async function openBuildSession(
  plan: Omit<SessionPlan, 'route'>,
  daemon: { readonly connect: Connect; readonly address?: SocketAddress | undefined },
  answers: SessionAnswers,
  onEvent: (event: Extract<BuildEvent, { kind: 'sent' | 'context' }>) => void,
  signal: AbortSignal,
): Promise<BuildSession> {
  const route = await findRoute(daemon, signal);
  const workerData: SessionPlan = { ...plan, route };
  const worker = startWorker('build-session', { workerData, transferList: route.kind === 'port' ? [route.port] : [] });
  const close = async () => {
    await worker.terminate();
  };
  const reply = (answer: ToSession) => worker.postMessage(answer);
  const failed = (question: number) => (error: unknown) =>
    reply({ kind: 'failed', question, message: error instanceof Error ? error.message : String(error) });

  const opened = new Promise<void>((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    worker.on('error', reject);
    worker.on('exit', () => reject(new Error('the thread of the session ended')));
    worker.on('message', (message: FromSession) => {
      switch (message.kind) {
        case 'ready':
          return resolve();
        case 'refused': {
          const { status, message: words } = message;
          return reject(status === undefined ? new Error(words) : new UpgradeRefused(status, words));
        }
        // The daemon notices as well, and ends the build if it still needs the session.
        case 'closed':
          return;
        case 'credential':
          answers
            .credential(message.host)
            .then((credential) => reply({ kind: 'credential', question: message.question, credential }))
            .catch(failed(message.question));
          return;
        case 'secret':
          answers
            .secret(message.id)
            .then((data) => reply({ kind: 'secret', question: message.question, data }))
            .catch(failed(message.question));
          return;
        case 'sent':
        case 'context':
          return onEvent(message);
      }
    });
  });
  try {
    await opened;
  } catch (error) {
    await close();
    throw error;
  }
  return { close };
}

async function findRoute(
  { connect, address }: { readonly connect: Connect; readonly address?: SocketAddress | undefined },
  signal: AbortSignal,
): Promise<SessionRoute> {
  if (address !== undefined) return { kind: 'socket', address };
  const { port1, port2 } = new MessageChannel();
  relay(await connect(signal), port1);
  return { kind: 'port', port: port2 };
}
