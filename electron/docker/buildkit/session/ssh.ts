import net from 'node:net';
import type { Duplex } from 'node:stream';
import { stat } from 'node:fs/promises';
import type { SshForward } from '@shared/model/quick-build.ts';
import { GrpcStatus, grpcCode } from '../grpc/status.ts';
import type { ServerMethod, ServerStream } from '../grpc/stream.ts';
import { BytesMessage, CheckAgentRequest, Empty } from '../proto/session.ts';
import { unaryMethod } from './unary.ts';

/**
 * `RUN --mount=type=ssh`: forwards an agent. Without paths it is the user's own (`agentSocket`, from `SSH_AUTH_SOCK`);
 * one path of a socket is that agent; paths of key files are served by an agent of ours, in this process.
 */
export function sshMethods(
  forwards: readonly SshForward[],
  agentSocket: string | undefined,
): ReadonlyMap<string, ServerMethod> {
  const byId = new Map(forwards.map((forward) => [forward.id, forward]));
  const open = async (id: string): Promise<Duplex> => {
    const forward = byId.get(id === '' ? 'default' : id);
    if (forward === undefined) throw new GrpcStatus(grpcCode.notFound, `unset ssh forward key ${id}`);
    return openAgent(forward, agentSocket);
  };
  return new Map([
    [
      '/moby.sshforward.v1.SSH/CheckAgent',
      unaryMethod(CheckAgentRequest, Empty, async ({ id }) => {
        (await open(id)).destroy();
        return {};
      }),
    ],
    [
      '/moby.sshforward.v1.SSH/ForwardAgent',
      async (stream: ServerStream) => forward(stream, await open(stream.metadata.get('buildkit.ssh.id')?.[0] ?? '')),
    ],
  ]);
}

async function openAgent({ id, paths }: SshForward, agentSocket: string | undefined): Promise<Duplex> {
  const [first = agentSocket] = paths;
  if (first === undefined) throw new GrpcStatus(grpcCode.notFound, `ssh forward ${id}: SSH_AUTH_SOCK is not set`);
  const isSocket =
    paths.length <= 1 && (process.platform === 'win32' ? paths.length === 0 : (await stat(first)).isSocket());
  if (isSocket) return connectTo(first);
  const { openKeyAgent } = await import('./ssh-keys.ts');
  return openKeyAgent(paths);
}

function connectTo(socket: string): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const connection = net.connect(socket);
    connection.once('error', reject);
    connection.once('connect', () => {
      connection.off('error', reject);
      resolve(connection);
    });
  });
}

/** Both ways until either side ends. */
async function forward(stream: ServerStream, agent: Duplex): Promise<void> {
  const drop = () => agent.destroy();
  stream.signal.addEventListener('abort', drop, { once: true });
  const toAgent = async () => {
    for await (const message of stream.messages()) agent.write(BytesMessage.decode(message).data);
    agent.end();
  };
  const fromAgent = async () => {
    for await (const data of agent as AsyncIterable<Buffer>) {
      if (!stream.write(BytesMessage.encode({ data }))) await stream.drained();
    }
  };
  try {
    await Promise.all([toAgent(), fromAgent()]);
  } finally {
    stream.signal.removeEventListener('abort', drop);
    agent.destroy();
  }
}
