import type { Credential } from '../../../engine/ports.ts';
import type { ServerMethod } from '../grpc/stream.ts';
import { CredentialsRequest, CredentialsResponse } from '../proto/session.ts';
import { unaryMethod } from './unary.ts';

/** Asks for the credential of one registry host. */
export type AskCredential = (host: string, signal: AbortSignal) => Promise<Credential | undefined>;

/**
 * Credentials for base images, per registry host. Token methods are not offered: the daemon then fetches tokens itself.
 * An identity token goes alone, as the docker CLI sends it.
 */
export function authMethods(ask: AskCredential): ReadonlyMap<string, ServerMethod> {
  return new Map([
    [
      '/moby.filesync.v1.Auth/Credentials',
      unaryMethod(CredentialsRequest, CredentialsResponse, async ({ host }, signal) => {
        const credential = await ask(credentialHost(host), signal);
        if (credential === undefined) return {};
        if (credential.identityToken !== undefined) return { secret: credential.identityToken };
        // The daemon takes a ready token only by the token methods; without a user it goes on as nobody.
        if (credential.registryToken !== undefined) return {};
        return { username: credential.username, secret: credential.password };
      }),
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
