import { z } from 'zod';
import type { InvokeResult } from '@shared/contract/bridge.ts';
import type { Namespace } from '@shared/contract/define.ts';
import { contract, type ContractHandlers, type RuntimeHandlers } from '@shared/contract/index.ts';
import { appFailure, toAppError } from '@shared/model/app-error.ts';
import type { Call } from './channels.ts';

/** Ids and names are short; what is longer is nothing of ours. */
const word = z.string().min(1).max(200);
const CallMessage = z.object({ namespace: word, operation: word, input: z.unknown(), callId: word });

/** Reads what came over the channel. @throws `request.invalid` for anything that is no call */
export function parseCall(message: unknown): Call {
  const parsed = CallMessage.safeParse(message);
  if (!parsed.success) throw invalid('', parsed.error);
  const { namespace, operation, input, callId } = parsed.data;
  return { namespace, operation, input, callId };
}

type Handle = (input: unknown, signal: AbortSignal) => Promise<unknown>;
type HandlersByName = Readonly<Record<string, Readonly<Record<string, Handle>>>>;

/** All handlers. The desktop's own answer at once; the runtime's when it is there, since the window comes before it. */
export interface Served {
  readonly app: ContractHandlers['app'];
  readonly runtime: Promise<RuntimeHandlers>;
}

/**
 * Answers one call: looks the operation up in the contract, checks the input against its schema, and hands it to its
 * handler. Never rejects: what is unknown or malformed is `request.invalid`, what a handler throws is its `AppError`, and
 * where the runtime could not start, each call tells why.
 */
export async function answer(served: Served, call: Call, signal: AbortSignal): Promise<InvokeResult> {
  try {
    const { namespace, operation } = call;
    const operations: Namespace | undefined = own(contract, namespace);
    const wanted = operations && own(operations, operation);
    if (wanted === undefined) {
      throw appFailure('request.invalid', {
        params: { operation: `${namespace}.${operation}`, detail: 'no such operation' },
      });
    }
    const input = wanted.input.safeParse(call.input);
    if (!input.success) throw invalid(`${namespace}.${operation}`, input.error);
    // `ContractHandlers` ties each handler to its schema, but not when both are looked up by name.
    const handlers = namespace === 'app' ? { app: served.app } : await served.runtime;
    const handle = (handlers as unknown as HandlersByName)[namespace]?.[operation];
    signal.throwIfAborted();
    if (handle === undefined) throw new Error(`${namespace}.${operation} has no handler`);
    return { ok: true, value: await handle(input.data, signal) };
  } catch (thrown) {
    return { ok: false, error: toAppError(thrown) };
  }
}

/** A member of the object itself: `constructor` and `__proto__` are not operations. */
function own<Value>(object: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function invalid(operation: string, error: z.ZodError) {
  return appFailure('request.invalid', { params: { operation, detail: z.prettifyError(error) } }, error);
}
