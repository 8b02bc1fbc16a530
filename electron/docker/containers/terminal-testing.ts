import { expect } from 'vitest';
import type { ContainerTerminal } from '../../engine/ports/containers.ts';

/** What a terminal shows, and a person before it. */
export function person(terminal: ContainerTerminal) {
  let shown = '';
  terminal.output.setEncoding('utf8').on('data', (text: string) => (shown += text));
  return {
    shown: () => shown,
    types: (text: string) => terminal.write(Buffer.from(text)),
    sees: (what: string | RegExp) => expect.poll(() => shown, { timeout: 20_000 }).toMatch(what),
  };
}
