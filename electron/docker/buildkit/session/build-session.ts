import { MessageChannel } from 'node:worker_threads';
import { AppFailure } from '@shared/model/app-error.ts';
import type { BuildEvent, Credential } from '../../../engine/ports.ts';
import { type Connect, UpgradeRefused } from '../grpc/upgrade.ts';
import type { FromSession, SessionPlan, SessionRoute, SocketAddress, ToSession } from './plan.ts';
import { relay } from './relay.ts';
import type { SessionThreads } from './session-threads.ts';

/** What only the owner of a build can answer. What they throw fails the build. */
export interface SessionAnswers {
  credential(host: string): Promise<Credential | undefined>;
  secret(id: string): Promise<Uint8Array | undefined>;
}

/** An open session: the daemon calls back on it while the build goes on. */
export interface BuildSession {
  /** What went wrong on our side: the daemon fails the build of it, with words of its own. */
  failure(): Error | undefined;
  close(): Promise<void>;
}

/**
 * Opens a session in a thread of its own. With an `address` the thread connects by itself; else its bytes go through
 * `connect` and this thread.
 * @throws UpgradeRefused | Error of the connection | the signal's reason
 */
export async function openBuildSession(
  plan: Omit<SessionPlan, 'route'>,
  threads: SessionThreads,
  daemon: { readonly connect: Connect; readonly address?: SocketAddress | undefined },
  answers: SessionAnswers,
  onEvent: (event: Extract<BuildEvent, { kind: 'sent' | 'context' }>) => void,
  signal: AbortSignal,
): Promise<BuildSession> {
  const route = await findRoute(daemon, signal);
  const { port, over } = threads.serve({ ...plan, route });
  const reply = (answer: ToSession) => port.postMessage(answer);
  const close = async () => {
    reply({ kind: 'close' });
    await over;
  };
  let failure: Error | undefined;
  const refuse = (question: number) => (error: unknown) => {
    failure ??= error instanceof Error ? error : new Error(String(error));
    // Its words stay on this side of the daemon.
    reply({ kind: 'failed', question, message: 'not available' });
  };
  const onMessage = (message: Exclude<FromSession, { kind: 'ready' | 'refused' }>) => {
    switch (message.kind) {
      case 'failed':
        failure ??= new AppFailure(message.error);
        return;
      case 'credential':
        answers
          .credential(message.host)
          .then((credential) => reply({ kind: 'credential', question: message.question, credential }))
          .catch(refuse(message.question));
        return;
      case 'secret':
        answers
          .secret(message.id)
          .then((data) => reply({ kind: 'secret', question: message.question, data }))
          .catch(refuse(message.question));
        return;
      case 'sent':
      case 'context':
        onEvent(message);
        return;
    }
  };
  try {
    await new Promise<void>((resolve, reject) => {
      const abort = () => reject(signal.reason as Error);
      signal.addEventListener('abort', abort, { once: true });
      void over.then((death) => {
        failure ??= death;
        reject(death ?? new Error('the session was left'));
      });
      port.on('message', (message: FromSession) => {
        if (message.kind === 'refused') reject(refusal(message));
        else if (message.kind === 'ready') {
          signal.removeEventListener('abort', abort);
          resolve();
        } else onMessage(message);
      });
    });
  } catch (error) {
    await close();
    throw error;
  }
  return { close, failure: () => failure };
}

function refusal({ status, message }: Extract<FromSession, { kind: 'refused' }>): Error {
  return status === undefined ? new Error(message) : new UpgradeRefused(status, message);
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
