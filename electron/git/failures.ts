import { type AppErrorCode, type AppFailure, type Fix, appFailure } from '@shared/model/app-error.ts';
import { oneLine, type Remote } from './location.ts';

/** What git's words about a remote mean. In this order: the first that fits. */
type Meaning = readonly [pattern: RegExp, code: AppErrorCode];

/** Words that tell of our own cache, which is thrown away then. */
const damage = new RegExp(
  [
    'bad object|object .*(?:corrupt|is empty)|packfile .*(?:corrupt|does not match|cannot be accessed)',
    'unable to read (?:tree|sha1|[0-9a-f]{7})|bad packed object|inflate: data|unresolved delta|missing (?:blob|tree|commit)',
    'did not send all necessary objects|not a git repository: |index file .* (?:corrupt|too small|is too)',
    "bad (?:tree|config|index)|unknown repository |shallow file has changed|Unable to create '[^']*\\.lock'",
  ].join('|'),
  'i',
);

const meanings: readonly Meaning[] = [
  [/No space left on device|Disk quota exceeded/i, 'disk.full'],
  [damage, 'source.failed'],
  // HTTP, as remote-curl.c and http.c tell it; and what well-known servers say.
  [
    /could not read (?:Username|Password) for|Authentication failed for|HTTP Basic: Access denied|error: 401/i,
    'source.unauthorized',
  ],
  [/error: 403|repository not exported/i, 'source.forbidden'],
  [
    /^fatal: repository .*not found|error: (?:404|410)|Repository not found|no such repository|remote error: .*not found/im,
    'source.notFound',
  ],
  [/error: (?:429|5\d\d)|Internal Server Error/i, 'source.serverFailed'],
  [
    /error: 30\d|is this a git repository\?|invalid server response|bad line length|invalid content-type|does not appear to be a git/i,
    'source.notARepository',
  ],
  // OpenSSH
  [/Host key verification failed|HOST IDENTIFICATION HAS CHANGED|No \S+ host key is known/i, 'source.untrusted'],
  [/Permission denied \(|Too many authentication failures/i, 'source.tokenRefused'],
  [
    /Could not resolve|unable to look up|Name or service not known|nodename nor servname|No such host is known|name resolution/i,
    'source.hostUnknown',
  ],
  [
    /Failed to connect|Couldn't connect|Connection (?:refused|reset|closed|timed out)|unable to connect|timed out|No route to host/i,
    'source.unreachable',
  ],
  [
    /Network is unreachable|non-properly terminated|SSL_ERROR_SYSCALL|Empty reply|(?:Recv|Send) failure/i,
    'source.unreachable',
  ],
  // OpenSSL, GnuTLS and Schannel
  [/certificate|SSL|TLS|schannel/i, 'source.untrusted'],
  [/remote error:/i, 'source.serverFailed'],
  [
    /early EOF|RPC failed|hung up unexpectedly|transfer closed|unexpected disconnect|Broken pipe|unable to access|kex_exchange/i,
    'source.unreachable',
  ],
];

/** What is known of a run that failed. */
export interface Failed {
  readonly remote: Remote;
  readonly stderr: string;
  /** Git asked for a credential and got one. */
  readonly gaveCredential: boolean;
  /** Where a token would have to be kept that the server is given; undefined where none would be. */
  readonly tokenPlace?: string | undefined;
  /** What must not be quoted. */
  readonly secrets: readonly string[];
}

/** The error that git's words mean. */
export function failureOf(failed: Failed): AppFailure {
  const { remote, stderr, gaveCredential, tokenPlace, secrets } = failed;
  // The address stands in many of git's lines, and may hold any word.
  const words = stderr.replaceAll(remote.url, '');
  const [, found = 'source.failed'] = meanings.find(([pattern]) => pattern.test(words)) ?? [];
  const code = found === 'source.unauthorized' && gaveCredential ? 'source.tokenRefused' : found;
  const status = /returned error: (\d{3})/.exec(stderr)?.[1];
  return appFailure(code, {
    params:
      code === 'disk.full'
        ? { path: '' }
        : { remote: remote.url, host: remote.host, ...(status === undefined ? {} : { status: Number(status) }) },
    cause: causeOf(stderr, secrets),
    fixes: fixesOf(code, tokenPlace),
  });
}

function fixesOf(code: AppErrorCode, tokenPlace: string | undefined): Fix[] {
  switch (code) {
    case 'source.unauthorized':
    case 'source.tokenRefused':
    case 'source.forbidden':
      return tokenFixes(tokenPlace);
    case 'source.notFound':
      // Some servers hide what is private like this; a wrong address is likelier.
      return tokenFixes(tokenPlace).toReversed();
    case 'source.serverFailed':
    case 'source.unreachable':
    case 'source.hostUnknown':
    case 'source.failed':
    case 'disk.full':
      return [{ kind: 'retry' }];
    default:
      return [{ kind: 'editInputs' }];
  }
}

/** Whether git says that the remote has no ref of the name that it was asked for. */
export function isMissingRef(stderr: string): boolean {
  return /could(?:n't| not) find remote ref|no such remote ref/i.test(stderr);
}

/** A token for the server, where one would be given to it. */
export function tokenFixes(place: string | undefined): Fix[] {
  return [...(place === undefined ? [] : [{ kind: 'signInToGit' as const, place }]), { kind: 'editInputs' }];
}

const longestCause = 600;

/** Its last words without progress, cleaned. */
export function causeOf(stderr: string, secrets: readonly string[]): string {
  const telling = stderr
    .split(/[\r\n]+/)
    .filter((line) => line.trim() !== '' && !/^(?:remote: )?[A-Z][\w ]+: +\d+% /.test(line));
  return telling
    .slice(-6)
    .map((line) => cleanLine(line, secrets))
    .join('\n')
    .slice(-longestCause);
}

/** A line of git's or a server's, without what terminals obey, credentials in addresses, and these secrets. */
export function cleanLine(line: string, secrets: readonly string[]): string {
  const masked = secrets
    .filter((secret) => secret !== '')
    .reduce((text, secret) => text.replaceAll(secret, '***'), line);
  return oneLine(masked.replace(/([a-z][a-z0-9+.-]*:\/\/)[^/\s@'"]*@/gi, '$1***@'), 1_000);
}

/** Forms in which a credential may turn up. */
export function secretForms(username: string, password: string): readonly string[] {
  if (password === '') return [];
  const basic = Buffer.from(`${username}:${password}`).toString('base64');
  return [password, encodeURIComponent(password), basic];
}
