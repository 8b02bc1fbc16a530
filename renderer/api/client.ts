import type { Contract, ContractClient, NamespaceName } from '@shared/contract/index.ts';
import { AppFailure, toAppError } from '@shared/model/app-error.ts';
import { bridge } from './bridge.ts';

let calls = 0;

/**
 * Runs one operation in main. Aborting the signal stops it there too, and rejects at once with the signal's reason.
 * @throws AppFailure what the operation failed with
 */
export async function invoke(
  namespace: string,
  operation: string,
  input: unknown,
  signal?: AbortSignal,
): Promise<unknown> {
  signal?.throwIfAborted();
  const callId = `w${(calls += 1)}`;
  let abort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => {
      bridge().abort(callId);
      reject(signal?.reason as Error);
    };
  });
  signal?.addEventListener('abort', abort, { once: true });
  try {
    const result = await Promise.race([bridge().invoke(namespace, operation, input, callId), aborted]);
    if (!result.ok) throw new AppFailure(result.error);
    return result.value;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

/** Every operation of the contract as a function: `client.runs.cancel({ runId })`. */
export const client = new Proxy({} as ContractClient, {
  get: (_, namespace: string) =>
    new Proxy(
      {},
      {
        get: (__, operation: string) => (input: unknown, signal?: AbortSignal) =>
          invoke(namespace, operation, input, signal),
      },
    ),
});

/** Names of the operations of a namespace that only read. */
export type QueryName<N extends NamespaceName> = {
  [K in keyof Contract[N]]: Contract[N][K] extends { readonly kind: 'query' } ? K : never;
}[keyof Contract[N]] &
  string;

/** Names of the operations of a namespace that change something. */
export type CommandName<N extends NamespaceName> = {
  [K in keyof Contract[N]]: Contract[N][K] extends { readonly kind: 'command' } ? K : never;
}[keyof Contract[N]] &
  string;

type FunctionOf<N extends NamespaceName, K> = K extends keyof ContractClient[N] ? ContractClient[N][K] : never;

export type InputFor<N extends NamespaceName, K extends string> =
  FunctionOf<N, K> extends (input: infer I, signal?: AbortSignal) => unknown ? I : never;

export type OutputFor<N extends NamespaceName, K extends string> =
  FunctionOf<N, K> extends (input: never, signal?: AbortSignal) => Promise<infer O> ? O : never;

/** What a query or command of the window failed with, whatever was thrown. */
export function failureOf(thrown: unknown): AppFailure {
  return thrown instanceof AppFailure ? thrown : new AppFailure(toAppError(thrown), { cause: thrown });
}
