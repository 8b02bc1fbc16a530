import type { Credential } from '../engine/ports.ts';

/** A credential as the engine's API takes it (moby: registry.AuthConfig). */
export interface RegistryAuthentication {
  /** What the engine knows the registry as. */
  readonly server: string;
  readonly authentication: {
    readonly username: string;
    readonly password: string;
    readonly identitytoken?: string;
    readonly registrytoken?: string;
    readonly serveraddress: string;
  };
}

/** For the `X-Registry-Auth` and `X-Registry-Config` headers. Docker Hub has gone by its first name ever since. */
export function registryAuthentication(
  host: string,
  { username, password, identityToken, registryToken }: Credential,
): RegistryAuthentication {
  const server = host === 'docker.io' ? 'https://index.docker.io/v1/' : host;
  const secret =
    registryToken !== undefined
      ? { username: '', password: '', registrytoken: registryToken }
      : identityToken !== undefined
        ? { username: '', password: '', identitytoken: identityToken }
        : { username, password };
  return { server, authentication: { ...secret, serveraddress: server } };
}
