import type { GrpcTalk } from '../grpc/client.ts';
import { ExecMessage } from '../proto/gateway.ts';
import type { Decoded } from '../proto/message.ts';
import type { Gateway } from './gateway.ts';
import { environmentOf, type Instruction } from './instruction.ts';

const processId = '1';

/** What is told of a process: one thing a message. */
export type ProcessMessage = Decoded<typeof ExecMessage>;

/** A process in a container of a held build. */
export interface ContainerProcess {
  /** Ends after the exit code and all of the output. To be iterated once. @throws GrpcStatus | ConnectionLost | the signal's reason */
  messages(): AsyncIterable<ProcessMessage>;
  /** Its standard input; see {@link GrpcTalk.write}. */
  write(data: Uint8Array): Promise<void>;
  closeInput(): void;
  resize(columns: number, rows: number): Promise<void>;
}

/**
 * Starts a program where an instruction ran one: with its variables, folder and user. With a terminal, it has one output. Its input
 * is closed when the signal fires; that ends no process.
 */
export function startProcess(
  gateway: Gateway,
  containerId: string,
  { meta, security, secretEnv }: Instruction,
  how: { readonly args: readonly string[]; readonly env: readonly string[]; readonly tty: boolean },
  signal: AbortSignal,
): ContainerProcess {
  const call = gateway.exec(signal);
  const { args, env, tty } = how;
  const outputs = tty ? [1] : [1, 2];
  // What becomes of it is told by the messages.
  const say = (message: Partial<ProcessMessage>) => call.write(ExecMessage.encode({ processId, ...message }));
  void say({
    init: {
      containerId,
      meta: { ...meta, args, env: [...environmentOf(meta), ...env] },
      fds: [0, ...outputs],
      tty,
      security,
      secretEnv,
    },
  });
  return {
    messages: () => untilAllIsTold(call, outputs),
    write: (data) => say({ file: { fd: 0, eof: false, data } }),
    closeInput: () => void say({ file: { fd: 0, eof: true, data: new Uint8Array() } }),
    resize: (columns, rows) => say({ resize: { columns, rows } }),
  };
}

/** BuildKit leaves the call open until its input is closed. */
async function* untilAllIsTold(call: GrpcTalk, outputs: readonly number[]): AsyncGenerator<ProcessMessage> {
  const open = new Set(outputs);
  let exited = false;
  for await (const bytes of call.messages()) {
    const message = ExecMessage.decode(bytes);
    yield message;
    if (message.file?.eof === true) open.delete(message.file.fd);
    exited ||= message.exit !== undefined;
    if (exited && open.size === 0) return;
  }
}
