import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import type { UseMutationResult, UseQueryResult } from '@tanstack/react-query';
import type { NamespaceName } from '@shared/contract/index.ts';
import type { AppFailure } from '@shared/model/app-error.ts';
import { failureOf, invoke } from './client.ts';
import type { CommandName, InputFor, OutputFor, QueryName } from './client.ts';

/** The react-query key of an operation; without an input, the prefix of all its keys. */
export function operationKey(namespace: NamespaceName, operation: string, input?: unknown): readonly unknown[] {
  return input === undefined ? [namespace, operation] : [namespace, operation, input];
}

export interface OperationOptions {
  /** Not asked while false. */
  readonly enabled?: boolean;
  /** Asked again by itself after so many milliseconds. */
  readonly refetchInterval?: number;
  /** Keeps showing the last answer while the answer to a new input is on the way. */
  readonly keepPrevious?: boolean;
}

/**
 * Asks the main process and keeps the answer until an event makes it stale (`invalidation.ts`). Leaving the screen aborts the
 * question in main.
 */
export function useOperation<N extends NamespaceName, K extends QueryName<N>>(
  namespace: N,
  operation: K,
  input: InputFor<N, K>,
  options: OperationOptions = {},
): UseQueryResult<OutputFor<N, K>, AppFailure> {
  return useQuery<OutputFor<N, K>, AppFailure>({
    queryKey: operationKey(namespace, operation, input),
    queryFn: async ({ signal }) => {
      try {
        // Main answers by the contract that InputFor and OutputFor are derived from.
        return (await invoke(namespace, operation, input, signal)) as OutputFor<N, K>;
      } catch (thrown) {
        if (signal.aborted) throw thrown;
        throw failureOf(thrown);
      }
    },
    ...(options.enabled === undefined ? {} : { enabled: options.enabled }),
    ...(options.refetchInterval === undefined ? {} : { refetchInterval: options.refetchInterval }),
    ...(options.keepPrevious === true ? { placeholderData: keepPreviousData } : {}),
  });
}

/** A command as a react-query mutation. What it changes is told by events, so nothing is invalidated here. */
export function useCommand<N extends NamespaceName, K extends CommandName<N>>(
  namespace: N,
  operation: K,
): UseMutationResult<OutputFor<N, K>, AppFailure, InputFor<N, K>> {
  return useMutation<OutputFor<N, K>, AppFailure, InputFor<N, K>>({
    mutationFn: async (input) => {
      try {
        return (await invoke(namespace, operation, input)) as OutputFor<N, K>;
      } catch (thrown) {
        throw failureOf(thrown);
      }
    },
  });
}
