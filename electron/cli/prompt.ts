import { createInterface } from 'node:readline/promises';
import { text } from 'node:stream/consumers';
import { Writable } from 'node:stream';
import { appFailure } from '@shared/model/app-error.ts';
import type { Runtime } from '../runtime.ts';
import type { Messages } from './messages.ts';

/** Asks on the terminal; what is typed to a `hidden` question isn't echoed. @throws `request.invalid` without a terminal */
export async function ask(question: string, hidden: boolean, signal: AbortSignal): Promise<string> {
  if (!process.stdin.isTTY)
    throw appFailure('request.invalid', { params: { reason: `${question}: no terminal to ask on` } });
  process.stderr.write(`${question}: `);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: hidden ? silent : process.stderr, terminal: true });
  try {
    return await terminal.question('', { signal });
  } finally {
    terminal.close();
    if (hidden) process.stderr.write('\n');
  }
}

/** All of standard input, without the line end that `echo` puts behind a password. */
export async function secretFromInput(): Promise<string> {
  return (await text(process.stdin)).replace(/\r?\n$/, '');
}

/** All of standard input, as it is. */
export function readStandardInput(): Promise<string> {
  return text(process.stdin);
}

/** Standard input as far as it may go; undefined for more. */
export async function readInputUpTo(characters: number): Promise<string | undefined> {
  let all = '';
  process.stdin.setEncoding('utf8');
  for await (const part of process.stdin) {
    all += String(part);
    if (all.length > characters) return undefined;
  }
  return all;
}

/** Opens the secret store when it is under a passphrase, asking for it on a terminal. */
export async function unlockVault(runtime: Runtime, { t }: Messages, signal: AbortSignal): Promise<void> {
  const vault = await runtime.handlers.registries.vault(undefined, signal);
  switch (vault.state) {
    case 'keyring':
    case 'unlocked':
      return;
    case 'locked':
    case 'needsPassphrase': {
      const passphrase = await ask(t(`registry.passphrase.${vault.state}`), true, signal);
      await runtime.handlers.registries.unlock({ passphrase }, signal);
    }
  }
}
