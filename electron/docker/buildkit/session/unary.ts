import { GrpcStatus, grpcCode } from '../grpc/status.ts';
import type { ServerMethod } from '../grpc/stream.ts';
import type { Message } from '../proto/message.ts';

/** A method that takes one message and answers with one. */
export function unaryMethod<Request, Response>(
  request: Message<Request>,
  response: Message<Response>,
  answer: (request: Request, signal: AbortSignal) => Promise<Partial<Response>>,
): ServerMethod {
  return async (stream) => {
    for await (const message of stream.messages()) {
      stream.write(response.encode(await answer(request.decode(message), stream.signal)));
      return;
    }
    throw new GrpcStatus(grpcCode.invalidArgument, 'a call without a message');
  };
}
