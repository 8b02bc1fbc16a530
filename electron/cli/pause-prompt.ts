import { createInterface, type Interface } from 'node:readline';
import { toAppError } from '@shared/model/app-error.ts';
import { isBuildShell } from '@shared/model/build-shell.ts';
import type { RunPause } from '@shared/model/run.ts';
import type { ContainerTerminal } from '../engine/ports/containers.ts';
import type { Runtime } from '../runtime.ts';
import type { Messages } from './messages.ts';
import type { Output } from './output.ts';

/** How the size of a terminal is taken where there is none to ask, or one that doesn't know its own. */
const plainSize = { columns: 80, rows: 24 };

/**
 * While a run of this process stands still at a breakpoint, says so and takes a line at a time from standard input: `continue`,
 * `retry`, `stop`, `send` (copies changed files into the workspace), and on a terminal `shell`. Returns the way to stop.
 */
export function askAtPauses(runtime: Runtime, runId: string, output: Output, messages: Messages): () => void {
  const { t } = messages;
  const never = new AbortController().signal;
  let lines: Interface | undefined;
  let known: string | undefined;
  let sendChanges = false;

  function listen(pause: RunPause): void {
    const { stepId, at } = pause;
    output.progress(t(`pause.${at}`, { step: stepId }));
    const { shell } = pause;
    const hasShell = shell !== 'none' && process.stdin.isTTY;
    output.progress(t(hasShell ? 'pause.choicesWithShell' : 'pause.choices'));
    if (hasShell && shell !== 'container') output.progress(t(`pause.shellIn.${shell}`));
    lines = createInterface({ input: process.stdin });
    lines.on('line', (line) => void answer(line.trim(), pause));
    // Nobody is there to answer any more.
    lines.once('close', () => {
      if (known !== undefined) resume('stop');
    });
  }

  function rest(): void {
    const closing = lines;
    lines = undefined;
    closing?.removeAllListeners('close');
    closing?.close();
  }

  async function answer(word: string, pause: RunPause): Promise<void> {
    switch (word) {
      case 'c':
      case 'continue':
        return resume('continue');
      case 'r':
      case 'retry':
        return resume('retry');
      case 's':
      case 'stop':
        return resume('stop');
      case 'send':
        sendChanges = true;
        return output.progress(t('pause.willSend'));
      case 'shell':
        if (process.stdin.isTTY) return openShell(pause);
        return output.progress(t('pause.noTerminal'));
      case '':
        return undefined;
      default:
        return output.progress(t('pause.choices'));
    }
  }

  function resume(action: 'continue' | 'retry' | 'stop'): void {
    runtime.handlers.runs
      .resume({ runId, action, sendChanges }, never)
      .catch((error: unknown) => output.error(toAppError(error)));
    sendChanges = false;
  }

  async function openShell(pause: RunPause): Promise<void> {
    rest();
    if (isBuildShell(pause.shell)) output.progress(t('pause.building'));
    try {
      const { columns, rows } = process.stderr;
      const size = columns > 0 && rows > 0 ? { columns, rows } : plainSize;
      const terminal = await runtime.openShell({ runId, stepId: pause.stepId, ...size }, never);
      await join(terminal);
    } catch (error) {
      output.error(toAppError(error));
    }
    if (known !== undefined) listen(pause);
  }

  async function look(): Promise<void> {
    const { pause } = await runtime.handlers.runs.show({ runId }, never);
    const key = pause === undefined ? undefined : `${pause.at} ${pause.stepId} ${pause.since}`;
    if (key === known) return;
    known = key;
    rest();
    if (pause !== undefined) listen(pause);
  }

  const stop = runtime.onEvent((event) => {
    if (event.kind === 'runChanged' && event.runId === runId) look().catch(() => undefined); // followRun tells it
  });
  return () => {
    stop();
    known = undefined;
    rest();
  };
}

/** Makes this terminal the container's, until the shell ends. */
async function join(terminal: ContainerTerminal): Promise<void> {
  const { stdin, stdout } = process;
  // That it is gone is told by the end of its output.
  const send = (data: Buffer) => void terminal.write(data).catch(() => undefined);
  const resize = () => void terminal.resize(stdout.columns, stdout.rows).catch(() => undefined);
  stdin.setRawMode(true);
  stdin.resume();
  stdin.on('data', send);
  stdout.on('resize', resize);
  try {
    for await (const chunk of terminal.output) stdout.write(chunk as Uint8Array);
    await terminal.ended;
  } finally {
    stdin.off('data', send);
    // What is typed from here on is for the question that comes.
    stdin.pause();
    stdout.off('resize', resize);
    stdin.setRawMode(false);
    await terminal.close();
  }
}
