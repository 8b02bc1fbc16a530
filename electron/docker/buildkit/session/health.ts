import type { ServerMethod } from '../grpc/stream.ts';
import { Empty, HealthCheckResponse } from '../proto/session.ts';
import { unaryMethod } from './unary.ts';

const serving = 1;

/** The daemon asks every few seconds, and drops a session that does not answer (20.10: after one second without it). */
export function healthMethods(): ReadonlyMap<string, ServerMethod> {
  return new Map([
    [
      '/grpc.health.v1.Health/Check',
      unaryMethod(Empty, HealthCheckResponse, () => Promise.resolve({ status: serving })),
    ],
  ]);
}
