import path from 'node:path';
import type { TlsMaterial } from './endpoint.ts';
import type { SearchWorld } from './strategy.ts';
import { readTlsMaterial } from './tls-material.ts';

/** Where Docker's client keeps its configuration: `DOCKER_CONFIG`, else `~/.docker`. */
export function dockerConfigFolder({ env, homedir }: SearchWorld): string {
  return set(env['DOCKER_CONFIG']) ?? path.join(homedir, '.docker');
}

/**
 * TLS as the environment wants it. Docker's client: any `DOCKER_TLS_VERIFY` turns it on, `DOCKER_TLS` does without
 * looking who answers; the files are in `DOCKER_CERT_PATH`, else where the configuration is.
 * @throws the system's error where a file cannot be read
 */
export async function tlsOfEnvironment(world: SearchWorld): Promise<TlsMaterial | undefined> {
  const verify = set(world.env['DOCKER_TLS_VERIFY']) !== undefined;
  if (!verify && set(world.env['DOCKER_TLS']) === undefined) return undefined;
  return readTlsMaterial(set(world.env['DOCKER_CERT_PATH']) ?? dockerConfigFolder(world), verify);
}

/** A variable's value; an empty one counts as not set. */
export function set(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}

/** What an error says, for a person. */
export function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
