/**
 * A thread that serves the sessions of builds, one after the other: it walks, reads and sends the context, so that none of
 * that is ever in the way of the window. Credentials and secrets are asked of the owner each time, and kept nowhere.
 */
import net from 'node:net';
import type { Duplex } from 'node:stream';
import { parentPort } from 'node:worker_threads';
import type { Credential } from '../../../engine/ports.ts';
import { grpcClient } from '../grpc/client.ts';
import { type GrpcServer, serveGrpc } from '../grpc/server.ts';
import { GrpcStatus, grpcCode } from '../grpc/status.ts';
import { UpgradeRefused, upgradeToHttp2 } from '../grpc/upgrade.ts';
import { authMethods } from './auth.ts';
import { fileSendMethods } from './file-send.ts';
import { fileSyncMethods } from './file-sync.ts';
import { healthMethods } from './health.ts';
import type { FromSession, SessionAnswer, SessionPlan, SessionRoute, SessionWork, ToSession } from './plan.ts';
import { portDuplex } from './relay.ts';
import { secretMethods } from './secrets.ts';
import { sshMethods } from './ssh.ts';
import { talkDuplex } from './talk-duplex.ts';

const owner = parentPort;
if (owner === null) throw new Error('to be started as a thread');
owner.on('message', (work: SessionWork) => void serve(work));

/** Serves one session, until its owner closes it. */
async function serve({ plan, port }: SessionWork): Promise<void> {
  const say = (message: FromSession) => port.postMessage(message);
  const questions = new Map<number, (answer: SessionAnswer) => void>();
  let lastQuestion = 0;
  const over = new AbortController();
  const closed = new Promise<void>((resolve) => over.signal.addEventListener('abort', () => resolve()));
  port.on('message', (told: ToSession) => {
    if (told.kind === 'close') return over.abort();
    questions.get(told.question)?.(told);
    questions.delete(told.question);
  });
  const ask = async (message: (question: number) => FromSession): Promise<SessionAnswer> => {
    const question = ++lastQuestion;
    const answer = await new Promise<SessionAnswer>((resolve) => {
      questions.set(question, resolve);
      say(message(question));
    });
    if (answer.kind === 'failed') throw new GrpcStatus(grpcCode.unknown, answer.message);
    return answer;
  };
  const askCredential = async (host: string): Promise<Credential | undefined> => {
    const answer = await ask((question) => ({ kind: 'credential', question, host }));
    return answer.kind === 'credential' ? answer.credential : undefined;
  };
  const askSecret = async (id: string): Promise<Uint8Array | undefined> => {
    const answer = await ask((question) => ({ kind: 'secret', question, id }));
    return answer.kind === 'secret' ? answer.data : undefined;
  };
  const methods = new Map([
    ...fileSyncMethods(plan, say),
    ...fileSendMethods(plan.outputFile),
    ...authMethods(askCredential),
    ...secretMethods(askSecret),
    ...sshMethods(plan.ssh, plan.agentSocket),
    ...healthMethods(),
  ]);
  let server: GrpcServer | undefined;
  try {
    server = serveGrpc(await open(plan, [...methods.keys()], over.signal), methods);
    say({ kind: 'ready' });
  } catch (error) {
    say({
      kind: 'refused',
      status: error instanceof UpgradeRefused ? error.status : undefined,
      message: error instanceof Error ? error.message : String(error),
    });
  }
  await closed;
  // Whoever ends a thread while HTTP/2 data comes in takes the whole process with it (Node 20).
  await server?.close();
  port.close();
  owner?.postMessage('free');
}

async function open(plan: SessionPlan, methods: readonly string[], signal: AbortSignal): Promise<Duplex> {
  const headers = {
    'X-Docker-Expose-Session-Uuid': plan.id,
    'X-Docker-Expose-Session-Name': headerValue(plan.name),
    'X-Docker-Expose-Session-Sharedkey': plan.sharedKey,
    'X-Docker-Expose-Session-Grpc-Method': methods,
  };
  if (plan.daemon === 'docker') return upgradeToHttp2((stop) => connect(plan.route, stop), '/session', headers, signal);
  const calls = grpcClient(await connect(plan.route, signal));
  const names = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  const inner = talkDuplex(
    calls.withHeaders(Object.fromEntries(names)).talk('/moby.buildkit.v1.Control/Session', signal),
  );
  inner.once('close', () => calls.close());
  return inner;
}

function connect(route: SessionRoute, signal: AbortSignal): Promise<Duplex> {
  if (route.kind === 'port') return Promise.resolve(portDuplex(route.port));
  return new Promise((resolve, reject) => {
    const socket = net.connect(route.address);
    const giveUp = () => socket.destroy(signal.reason as Error);
    signal.addEventListener('abort', giveUp, { once: true });
    socket.once('error', reject);
    socket.once('connect', () => {
      signal.removeEventListener('abort', giveUp);
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

/** A folder's name in a header, as Go's clients write it: UTF-8, which Node takes as one character a byte. */
function headerValue(name: string): string {
  return Buffer.from(name.replace(/\p{Cc}/gu, ' ')).toString('latin1');
}
