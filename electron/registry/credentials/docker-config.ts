import type { Credential, CredentialSource } from '../../engine/ports.ts';
import { formatMoment } from '@shared/format/moment.ts';
import { appFailure } from '@shared/model/app-error.ts';
import type { RegistryCredential } from '@shared/model/registry.ts';
import { readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { expiryOf } from '../jwt.ts';
import { getFromHelper, listHelper } from './credential-helper.ts';

/** As much of `config.json` as is about credentials (docker/cli: config file). */
const DockerConfig = z.object({
  auths: z
    .record(
      z.string(),
      z.object({
        /** Base64 of `user:password`. */
        auth: z.string().optional(),
        username: z.string().optional(),
        password: z.string().optional(),
        identitytoken: z.string().optional(),
        registrytoken: z.string().optional(),
      }),
    )
    .nullish(),
  credsStore: z.string().nullish(),
  credHelpers: z.record(z.string(), z.string()).nullish(),
});
type DockerConfig = z.infer<typeof DockerConfig>;
type AuthEntry = NonNullable<DockerConfig['auths']>[string];

/** The credentials of the docker configuration of this person. The file is read anew each time, and never written. */
export interface DockerConfigCredentials extends CredentialSource {
  /** For showing: hosts and user names, without any secret. */
  list(signal: AbortSignal): Promise<readonly RegistryCredential[]>;
}

/** Under which Docker Hub stands in the configuration and in helpers. */
const dockerHubServer = 'https://index.docker.io/v1/';
const dockerHubHosts = new Set(['index.docker.io', 'registry-1.docker.io']);

/**
 * What `docker login` has kept: a helper of the host's own (`credHelpers`), else the helper for all (`credsStore`), else
 * the file itself (`auths`), as Docker looks them up; hosts must match to the port.
 *
 * All methods throw `registry.credentialsUnreadable` for a file or a helper that makes no sense; no file means none.
 * @param env says where, by `DOCKER_CONFIG`
 */
export function dockerConfigCredentials(env: NodeJS.ProcessEnv): DockerConfigCredentials {
  const folder = env['DOCKER_CONFIG'] || path.join(os.homedir(), '.docker');
  const file = path.join(folder, 'config.json');

  return {
    async forHost(host, signal) {
      const config = await read(file, signal);
      const helper = own(config.credHelpers, host) ?? (config.credsStore || undefined);
      const server = host === 'docker.io' ? dockerHubServer : host;
      const kept = helper === undefined ? undefined : await getFromHelper(helper, server, signal);
      return kept ?? fromFile(config, host, file);
    },

    async hosts(signal) {
      return (await entries(file, signal)).map(({ host }) => host);
    },

    list: (signal) => entries(file, signal),
  };
}

async function entries(file: string, signal: AbortSignal): Promise<readonly RegistryCredential[]> {
  const config = await read(file, signal);
  const found = new Map<string, RegistryCredential>();
  for (const [server, entry] of Object.entries(config.auths ?? {})) {
    const credential = fromEntry(entry, file);
    const host = hostOf(server);
    if (credential !== undefined) found.set(host, shown(host, credential, file));
  }
  const addHelper = async (helper: string, only: (host: string) => boolean) => {
    for (const [server, username] of await listHelper(helper, signal)) {
      const host = hostOf(server);
      if (only(host)) {
        const kind = username === '<token>' ? ('identityToken' as const) : ('password' as const);
        const origin = `docker-credential-${helper}`;
        found.set(host, { host, username: shownUser(username), kind, source: 'credentialHelper', origin });
      }
    }
  };
  if (config.credsStore) await addHelper(config.credsStore, (host) => own(config.credHelpers, host) === undefined);
  for (const [server, helper] of Object.entries(config.credHelpers ?? {})) {
    const host = hostOf(server);
    await addHelper(helper, (listed) => listed === host);
  }
  return [...found.values()].sort((a, b) => (a.host < b.host ? -1 : 1));
}

/** A token without a user name stands in Docker's configuration with this name. */
function shownUser(username: string): string {
  return username === '<token>' || username === noUser ? '' : username;
}

/** Azure's name for whoever a token is for. */
const noUser = '00000000-0000-0000-0000-000000000000';

function shown(host: string, credential: Credential, file: string): RegistryCredential {
  const { username, password, identityToken, registryToken } = credential;
  const expiresAt = expiryOf(registryToken ?? identityToken ?? password);
  return {
    host,
    username: shownUser(username),
    kind: registryToken !== undefined ? 'registryToken' : identityToken !== undefined ? 'identityToken' : 'password',
    source: 'dockerConfig',
    origin: file,
    ...(expiresAt === undefined ? {} : { expiresAt: formatMoment(expiresAt), expiryFrom: 'token' as const }),
  };
}

async function read(file: string, signal: AbortSignal): Promise<DockerConfig> {
  let text: string;
  try {
    text = await readFile(file, { encoding: 'utf8', signal });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return {};
    throw unreadable(file, error instanceof Error ? error.message : String(error), error);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw unreadable(file, 'it is not JSON'); // the reason would quote the file, and with it perhaps a password
  }
  const parsed = DockerConfig.safeParse(json);
  if (!parsed.success) throw unreadable(file, z.prettifyError(parsed.error));
  return parsed.data;
}

/** A host's value; keys may be URLs and name Docker Hub in several ways. */
function own<T>(values: Readonly<Record<string, T>> | null | undefined, host: string): T | undefined {
  const pairs = Object.entries(values ?? {});
  return (pairs.find(([server]) => server === host) ?? pairs.find(([server]) => hostOf(server) === host))?.[1];
}

/** `https://reg.example:5000/v1/` is for `reg.example:5000`. */
function hostOf(server: string): string {
  const host = server.replace(/^https?:\/\//, '').split('/')[0] ?? '';
  return dockerHubHosts.has(host) ? 'docker.io' : host;
}

function fromFile(config: DockerConfig, host: string, file: string): Credential | undefined {
  const entry = own(config.auths, host);
  return entry === undefined ? undefined : fromEntry(entry, file);
}

function fromEntry(
  { auth, username, password, identitytoken, registrytoken }: AuthEntry,
  file: string,
): Credential | undefined {
  let pair = username && password ? { username, password } : undefined;
  if (auth) {
    const decoded = Buffer.from(auth, 'base64').toString().replace(/\0+$/, '');
    const colon = decoded.indexOf(':');
    if (colon <= 0) throw unreadable(file, 'an "auth" is not the Base64 of user:password');
    pair = { username: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
  }
  // In the order in which the engine takes them (moby: registry/auth).
  if (registrytoken) return { username: pair?.username ?? '<token>', password: '', registryToken: registrytoken };
  if (identitytoken) return { username: pair?.username ?? '<token>', password: '', identityToken: identitytoken };
  return pair;
}

function unreadable(file: string, reason: string, original?: unknown) {
  return appFailure(
    'registry.credentialsUnreadable',
    { params: { source: file }, cause: reason, fixes: [{ kind: 'retry' }] },
    original,
  );
}
