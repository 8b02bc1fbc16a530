/** The codes of gRPC that we send or look at (https://grpc.io/docs/guides/status-codes/). */
export const grpcCode = {
  ok: 0,
  cancelled: 1,
  unknown: 2,
  invalidArgument: 3,
  notFound: 5,
  internal: 13,
  unimplemented: 12,
  unavailable: 14,
} as const;

/** How a gRPC call ended when it did not end well; thrown by the caller's side, and by a server's method to choose its answer. */
export class GrpcStatus extends Error {
  readonly code: number;
  /** The bytes of a `google.rpc.Status`, where the server sent `grpc-status-details-bin`. */
  readonly details: Uint8Array | undefined;

  constructor(code: number, message: string, details?: Uint8Array) {
    super(message);
    this.name = 'GrpcStatus';
    this.code = code;
    this.details = details;
  }
}
