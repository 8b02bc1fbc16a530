import { type AppErrorCode, type AppFailure, type Fix, appFailure } from '@shared/model/app-error.ts';

/** What was asked of a registry, through the engine. */
export interface AskedOfRegistry {
  readonly image: string;
  readonly registry: string;
  /** Whether a credential for the registry was there to be sent. */
  readonly signedIn: boolean;
}

/**
 * The words of engines 20.10 to 29 (and of Podman) for what a registry did, the first that fits. The engine hands on what
 * the registry wrote (OCI distribution specification, error codes) or what became of the connection.
 */
const meanings: readonly (readonly [RegExp, AppErrorCode])[] = [
  [
    /\b507\b|insufficient storage|error from registry: .*no space left on device|exceed the configured upper limit/i,
    'registry.full',
  ],
  [/no space left on device/i, 'disk.full'],
  [
    /image does not exist locally|tag does not exist|no such image|reference does not exist|image not known/i,
    'image.notFound',
  ],
  [/toomanyrequests|too many requests|\b429\b/i, 'registry.rateLimited'],
  [
    /unauthorized|authentication required|no basic auth credentials|incorrect username or password|\b401\b/i,
    'registry.unauthorized',
  ],
  [/denied|\b403\b|forbidden/i, 'registry.forbidden'],
  [/\b5\d\d\b|internal server error|bad gateway|service unavailable/i, 'registry.failed'],
  [/name unknown|repository .*not found|\b404\b/i, 'registry.notFound'],
  [
    /connection re(fused|set)|no such host|i\/o timeout|timeout exceeded|no route to host|unreachable|broken pipe|\bEOF\b|deadline exceeded|x509|tls:|HTTP response to HTTPS client|proxyconnect/i,
    'registry.unreachable',
  ],
];

/** Whether the words are about what a registry did at all. */
export function isRegistryFailure(cause: string): boolean {
  return meanings.some(([pattern]) => pattern.test(cause));
}

/** Why a push or a pull failed, told from the engine's words. What cannot be told is `registry.failed`, with the words as its cause. */
export function registryFailure(
  { image, registry, signedIn }: AskedOfRegistry,
  cause: string,
  original?: unknown,
): AppFailure {
  const found = meanings.find(([pattern]) => pattern.test(cause))?.[1] ?? 'registry.failed';
  // Docker Hub says "denied" to everybody who has not signed in.
  const code = found === 'registry.forbidden' && !signedIn ? 'registry.unauthorized' : found;
  return appFailure(code, { params: { registry, image }, cause, fixes: fixesOf(code, registry) }, original);
}

function fixesOf(code: AppErrorCode, registry: string): Fix[] {
  switch (code) {
    case 'registry.unauthorized':
    case 'registry.forbidden':
      return [{ kind: 'signIn', registry }, { kind: 'buildWithoutPush' }];
    case 'registry.rateLimited':
      return [{ kind: 'retry' }, { kind: 'signIn', registry }];
    default:
      return [{ kind: 'retry' }];
  }
}
