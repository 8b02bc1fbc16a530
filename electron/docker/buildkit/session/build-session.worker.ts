/**
 * The thread that serves one build's session: it walks, reads and sends the context, so that none of that is ever in
 * the way of the window. Credentials and secrets are asked of the owner each time, and kept nowhere.
 */
import net from 'node:net';
import type { Duplex } from 'node:stream';
import { parentPort, workerData } from 'node:worker_threads';
import type { Credential } from '../../../engine/ports.ts';
import { type GrpcServer, serveGrpc } from '../grpc/server.ts';
import { GrpcStatus, grpcCode } from '../grpc/status.ts';
import { UpgradeRefused, upgradeToHttp2 } from '../grpc/upgrade.ts';
import { authMethods } from './auth.ts';
import { fileSyncMethods } from './file-sync.ts';
import { healthMethods } from './health.ts';
import type { FromSession, SessionAnswer, SessionPlan, SessionRoute, ToSession } from './plan.ts';
import { portDuplex } from './relay.ts';
import { secretMethods } from './secrets.ts';
import { sshMethods } from './ssh.ts';

const owner = parentPort;
if (owner === null) throw new Error('to be started as a thread');
const say = (message: FromSession) => owner.postMessage(message);
const plan = workerData as SessionPlan;

const questions = new Map<number, (answer: SessionAnswer) => void>();
let lastQuestion = 0;
let server: GrpcServer | undefined;
owner.on('message', (told: ToSession) => {
  if (told.kind === 'close') {
    void leave();
    return;
  }
  questions.get(told.question)?.(told);
  questions.delete(told.question);
});

/** A thread that is terminated while HTTP/2 data comes in takes the whole process with it (Node 20): it has to go by itself. */
async function leave(): Promise<never> {
  await server?.close();
  process.exit();
}

async function ask(message: (question: number) => FromSession): Promise<SessionAnswer> {
  const question = ++lastQuestion;
  const answer = await new Promise<SessionAnswer>((resolve) => {
    questions.set(question, resolve);
    say(message(question));
  });
  if (answer.kind === 'failed') throw new GrpcStatus(grpcCode.unknown, answer.message);
  return answer;
}

async function askCredential(host: string): Promise<Credential | undefined> {
  const answer = await ask((question) => ({ kind: 'credential', question, host }));
  return answer.kind === 'credential' ? answer.credential : undefined;
}

async function askSecret(id: string): Promise<Uint8Array | undefined> {
  const answer = await ask((question) => ({ kind: 'secret', question, id }));
  return answer.kind === 'secret' ? answer.data : undefined;
}

function connect(route: SessionRoute): Promise<Duplex> {
  if (route.kind === 'port') return Promise.resolve(portDuplex(route.port));
  return new Promise((resolve, reject) => {
    const socket = net.connect(route.address);
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

async function serve(): Promise<void> {
  const methods = new Map([
    ...fileSyncMethods(plan, say),
    ...authMethods(askCredential),
    ...secretMethods(askSecret),
    ...sshMethods(plan.ssh, plan.agentSocket),
    ...healthMethods(),
  ]);
  const headers = {
    'X-Docker-Expose-Session-Uuid': plan.id,
    'X-Docker-Expose-Session-Name': headerValue(plan.name),
    'X-Docker-Expose-Session-Sharedkey': plan.sharedKey,
    'X-Docker-Expose-Session-Grpc-Method': [...methods.keys()],
  };
  // The owner ends this thread when the build is over or given up; there is nothing to abort before that.
  const connection = await upgradeToHttp2(() => connect(plan.route), '/session', headers, new AbortController().signal);
  server = serveGrpc(connection, methods);
  say({ kind: 'ready' });
}

/** A folder's name in a header, as Go's clients write it: UTF-8, which Node takes as one character a byte. */
function headerValue(name: string): string {
  return Buffer.from(name.replace(/\p{Cc}/gu, ' ')).toString('latin1');
}

serve().catch((error: unknown) => {
  say({
    kind: 'refused',
    status: error instanceof UpgradeRefused ? error.status : undefined,
    message: error instanceof Error ? error.message : String(error),
  });
});
