/** Messages of the services that the daemon calls on our session. */
import { bytes, int, message, repeated, string } from './message.ts';

/** `moby.filesync.v1.Auth/Credentials`. */
export const CredentialsRequest = message({ host: string(1) });
export const CredentialsResponse = message({ username: string(1), secret: string(2) });

/** `moby.filesync.v1.Auth`, its token methods. Lifetimes in seconds, moments in seconds since 1970. */
export const FetchTokenRequest = message({ host: string(2) });
export const FetchTokenResponse = message({ token: string(1), expiresIn: int(2), issuedAt: int(3) });
export const GetTokenAuthorityRequest = message({ host: string(1), salt: bytes(2) });
export const GetTokenAuthorityResponse = message({ publicKey: bytes(1) });
export const VerifyTokenAuthorityRequest = message({ host: string(1), payload: bytes(2), salt: bytes(3) });
export const VerifyTokenAuthorityResponse = message({ signed: bytes(1) });

/** `moby.buildkit.secrets.v1.Secrets/GetSecret`. */
export const GetSecretRequest = message({ id: string(1) });
export const GetSecretResponse = message({ data: bytes(1) });

/** `moby.sshforward.v1.SSH`. */
export const CheckAgentRequest = message({ id: string(1) });
export const BytesMessage = message({ data: bytes(1) });

/** `grpc.health.v1.Health/Check`; status 1 is SERVING. */
export const HealthCheckResponse = message({ status: int(1) });

const Any = message({ typeUrl: string(1), value: bytes(2) });

/** `google.rpc.Status`, which errors of newer daemons carry. */
export const RpcStatus = message({ code: int(1), message: string(2), details: repeated(3, Any) });

/** A message without fields, or whose fields are of no interest. */
export const Empty = message({});
