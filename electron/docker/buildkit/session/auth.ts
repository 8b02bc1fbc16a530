import type { Credential } from '../../../engine/ports.ts';
import { GrpcStatus, grpcCode } from '../grpc/status.ts';
import type { ServerMethod } from '../grpc/stream.ts';
import {
  CredentialsRequest,
  CredentialsResponse,
  FetchTokenRequest,
  FetchTokenResponse,
  GetTokenAuthorityRequest,
  GetTokenAuthorityResponse,
  VerifyTokenAuthorityRequest,
  VerifyTokenAuthorityResponse,
} from '../proto/session.ts';
import { tokenAuthority } from './token-authority.ts';
import { unaryMethod } from './unary.ts';

/** Asks for the credential of one registry host. */
export type AskCredential = (host: string, signal: AbortSignal) => Promise<Credential | undefined>;

/** After so many seconds the daemon asks again: a ready token rarely tells how long it holds. */
const tokenLifetime = 60;

/**
 * Credentials for base images and caches, per registry host. An identity token goes alone, as the docker CLI sends it. A token that the
 * registry takes as it is goes by the token methods; for all else these say no, and the daemon fetches tokens itself (buildkit:
 * session/auth, `GetTokenAuthority`).
 */
export function authMethods(ask: AskCredential): ReadonlyMap<string, ServerMethod> {
  const readyToken = async (host: string, signal: AbortSignal): Promise<string> => {
    const token = (await ask(credentialHost(host), signal))?.registryToken;
    if (token === undefined) throw new GrpcStatus(grpcCode.unavailable, 'the registry has tokens of its own');
    return token;
  };
  return new Map([
    [
      '/moby.filesync.v1.Auth/Credentials',
      unaryMethod(CredentialsRequest, CredentialsResponse, async ({ host }, signal) => {
        const credential = await ask(credentialHost(host), signal);
        if (credential?.registryToken !== undefined || credential === undefined) return {};
        if (credential.identityToken !== undefined) return { secret: credential.identityToken };
        return { username: credential.username, secret: credential.password };
      }),
    ],
    [
      '/moby.filesync.v1.Auth/FetchToken',
      unaryMethod(FetchTokenRequest, FetchTokenResponse, async ({ host }, signal) => ({
        token: await readyToken(host, signal),
        expiresIn: tokenLifetime,
        issuedAt: Math.floor(Date.now() / 1000),
      })),
    ],
    [
      '/moby.filesync.v1.Auth/GetTokenAuthority',
      unaryMethod(GetTokenAuthorityRequest, GetTokenAuthorityResponse, async ({ host, salt }, signal) => ({
        publicKey: tokenAuthority(await readyToken(host, signal), salt).publicKey,
      })),
    ],
    [
      '/moby.filesync.v1.Auth/VerifyTokenAuthority',
      unaryMethod(
        VerifyTokenAuthorityRequest,
        VerifyTokenAuthorityResponse,
        async ({ host, payload, salt }, signal) => ({
          signed: tokenAuthority(await readyToken(host, signal), salt).signed(payload),
        }),
      ),
    ],
  ]);
}

/** The host as credentials are kept by: Docker Hub has three names and is `docker.io` here; scheme and path don't count. */
export function credentialHost(asked: string): string {
  const host = asked
    .replace(/^https?:\/\//, '')
    .replace(/\/.*$/, '')
    .toLowerCase();
  return host === 'registry-1.docker.io' || host === 'index.docker.io' ? 'docker.io' : host;
}
