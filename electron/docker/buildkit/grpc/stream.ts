/** One gRPC call seen from the server side, messages as bytes. The handler ends it by returning (status 0) or by throwing a `GrpcStatus`. */
export interface ServerStream {
  /** Of the request, as it came: names in lower case, repeated values kept apart, `-bin` values not decoded. */
  readonly metadata: ReadonlyMap<string, readonly string[]>;
  /** The caller's messages until it half-closes; throws when the call is cut off. To be iterated once. */
  messages(): AsyncIterable<Uint8Array>;
  /** Frames one message and queues it. False: wait for {@link drained} before the next one. */
  write(message: Uint8Array): boolean;
  /** Resolves when there is room again; rejects when the call is cut off. */
  drained(): Promise<void>;
  /** Fires when the caller cancels, or the connection goes away. */
  readonly signal: AbortSignal;
}

/** Answers one call. */
export type ServerMethod = (stream: ServerStream) => Promise<void>;
