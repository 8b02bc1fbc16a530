import type { z } from 'zod';

/**
 * The contract between window and main process: one value per namespace, made of these three. Handlers, preload, client and
 * react-query keys derive from it, so no channel name is typed twice and a missing handler doesn't compile.
 */

/** Reads; may be asked again at any time. */
export interface Query<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  readonly kind: 'query';
  readonly input: I;
  readonly output: O;
}

/** Changes something; is never repeated by itself. */
export interface Command<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  readonly kind: 'command';
  readonly input: I;
  readonly output: O;
}

export type Operation = Query | Command;
export type Namespace = Readonly<Record<string, Operation>>;

export function query<I extends z.ZodType, O extends z.ZodType>(input: I, output: O): Query<I, O> {
  return { kind: 'query', input, output };
}

export function command<I extends z.ZodType, O extends z.ZodType>(input: I, output: O): Command<I, O> {
  return { kind: 'command', input, output };
}

/** What a caller passes (before defaults) and what a handler gets (after them). */
export type InputOf<Op extends Operation> = z.input<Op['input']>;
export type ParsedInputOf<Op extends Operation> = z.output<Op['input']>;
export type OutputOf<Op extends Operation> = z.output<Op['output']>;

/** One handler an operation; each call can be aborted. */
export type Handlers<N extends Namespace> = {
  readonly [K in keyof N]: (input: ParsedInputOf<N[K]>, signal: AbortSignal) => Promise<OutputOf<N[K]>>;
};

/** The same operations as the window calls them. */
export type Client<N extends Namespace> = {
  readonly [K in keyof N]: (input: InputOf<N[K]>, signal?: AbortSignal) => Promise<OutputOf<N[K]>>;
};
