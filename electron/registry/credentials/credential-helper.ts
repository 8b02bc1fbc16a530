// docker-credential-*: programs that keep Docker's credentials (docker-credential-helpers, its protocol).
import type { Credential } from '../../engine/ports.ts';
import { appFailure } from '@shared/model/app-error.ts';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { isRecord } from '../failures.ts';

/** A name that can be nothing but the end of a program's name. */
const namePattern = /^[a-z0-9._-]+$/;
/** gcloud's helper starts a Python and asks a server. */
const patience = 30_000;
const answerBytes = 1_048_576;
/** What helpers say for "I have none", with exit code 1. */
const notFound = /credentials not found in native keychain/i;
/** The user name that marks the secret as an identity token. */
const identityTokenUser = '<token>';

/**
 * The credential that a helper has for a server; undefined when it says that it has none.
 * @param name as in the docker configuration: `osxkeychain`, `desktop`
 * @throws AppFailure `registry.credentialsUnreadable` with the helper's words
 */
export async function getFromHelper(
  name: string,
  server: string,
  signal: AbortSignal,
): Promise<Credential | undefined> {
  const { output, failed } = await runHelper(name, 'get', server, signal);
  if (failed !== undefined) {
    if (notFound.test(output)) return undefined;
    throw unreadable(name, output.trim().slice(0, 500) || failed.message, failed);
  }
  const { Username: username, Secret: secret } = readObject(name, output);
  if (typeof username !== 'string' || typeof secret !== 'string')
    throw unreadable(name, 'its answer names no user and secret');
  if (secret === '') return undefined;
  return username === identityTokenUser
    ? { username, password: '', identityToken: secret }
    : { username, password: secret };
}

/** The servers that a helper knows, with their user names; it is not asked for any secret. @throws as {@link getFromHelper} */
export async function listHelper(name: string, signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
  const { output, failed } = await runHelper(name, 'list', '', signal);
  if (failed !== undefined) throw unreadable(name, output.trim().slice(0, 500) || failed.message, failed);
  const pairs = Object.entries(readObject(name, output));
  return new Map(pairs.flatMap(([server, user]) => (typeof user === 'string' ? [[server, user] as const] : [])));
}

/** What is asked goes in by stdin, so that no list of processes shows it; the answer is never part of an error. */
function runHelper(
  name: string,
  action: 'get' | 'list',
  input: string,
  signal: AbortSignal,
): Promise<{ readonly output: string; readonly failed: Error | undefined }> {
  if (!namePattern.test(name)) throw unreadable(name, 'not the name of a credential helper');
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const child = execFile(
      `docker-credential-${name}`,
      [action],
      {
        signal,
        timeout: patience,
        killSignal: 'SIGKILL',
        maxBuffer: answerBytes,
        windowsHide: true,
        env: helperEnvironment(),
      },
      (error, stdout) => {
        if (signal.aborted) reject(signal.reason as Error);
        else if (error === null) resolve({ output: stdout, failed: undefined });
        else if (typeof error.code === 'number') resolve({ output: stdout, failed: error });
        else reject(unreadable(name, reasonOf(error), error));
      },
    );
    child.stdin?.on('error', () => undefined); // it may end without reading; its exit tells
    child.stdin?.end(input);
  });
}

function reasonOf(error: Error & { readonly code?: unknown; readonly killed?: boolean }): string {
  if (error.code === 'ENOENT') return 'there is no such program on the PATH';
  if (error.killed === true) return `no answer within ${patience / 1000} s`;
  return error.message;
}

/**
 * Ours, without the passphrase of the secret store, which is nobody else's. Apps of macOS start with a PATH that lacks where
 * Docker Desktop and Homebrew put helpers.
 */
function helperEnvironment(): NodeJS.ProcessEnv {
  const { SLIPWAY_PASSPHRASE: _ours, ...env } = process.env;
  if (process.platform !== 'darwin') return env;
  const more = ['/usr/local/bin', '/opt/homebrew/bin', '/Applications/Docker.app/Contents/Resources/bin'];
  return { ...env, PATH: [env['PATH'] ?? '', ...more].join(path.delimiter) };
}

function readObject(name: string, output: string): Readonly<Record<string, unknown>> {
  try {
    const json: unknown = JSON.parse(output);
    if (isRecord(json)) return json;
  } catch {
    // the reason would quote the answer
  }
  throw unreadable(name, 'its answer is no JSON object');
}

function unreadable(name: string, reason: string, original?: unknown) {
  return appFailure(
    'registry.credentialsUnreadable',
    { params: { source: `docker-credential-${name}` }, cause: reason, fixes: [{ kind: 'retry' }] },
    original,
  );
}
