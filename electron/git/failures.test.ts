import { expect, it } from 'vitest';
import { causeOf, cleanLine, failureOf } from './failures.ts';
import { parseRemote } from './location.ts';

const remote = parseRemote('https://git.example/tls-certificate/early-EOF.git');
const url = remote.url;

// Words of git 2.39 to 2.51, OpenSSH 9, curl with OpenSSL, GnuTLS and Schannel.
it.each([
  [`fatal: could not read Username for 'https://git.example': terminal prompts disabled`, false, 'source.unauthorized'],
  [`fatal: could not read Username for 'https://git.example': terminal prompts disabled`, true, 'source.tokenRefused'],
  [`fatal: Authentication failed for '${url}/'`, true, 'source.tokenRefused'],
  [`remote: HTTP Basic: Access denied\nfatal: Authentication failed for '${url}/'`, true, 'source.tokenRefused'],
  [`fatal: unable to access '${url}/': The requested URL returned error: 401`, false, 'source.unauthorized'],
  [`fatal: unable to access '${url}/': The requested URL returned error: 403`, true, 'source.forbidden'],
  [`fatal: repository '${url}/' not found`, false, 'source.notFound'],
  [`remote: Repository not found.\nfatal: repository '${url}/' not found`, false, 'source.notFound'],
  ['fatal: remote error: no such repository: /x.git', false, 'source.notFound'],
  ['fatal: remote error: access denied or repository not exported: /x.git', false, 'source.forbidden'],
  [`fatal: unable to access '${url}/': The requested URL returned error: 500`, false, 'source.serverFailed'],
  [`fatal: unable to access '${url}/': The requested URL returned error: 429`, false, 'source.serverFailed'],
  ['error: RPC failed; HTTP 502 curl 22 The requested URL returned error: 502', false, 'source.serverFailed'],
  [`fatal: ${url}/info/refs not valid: is this a git repository?`, false, 'source.notARepository'],
  [`fatal: unable to access '${url}/': The requested URL returned error: 302`, false, 'source.notARepository'],
  ['fatal: protocol error: bad line length character: <!do', false, 'source.notARepository'],
  [`fatal: unable to access '${url}/': Could not resolve host: git.example`, false, 'source.hostUnknown'],
  ['ssh: Could not resolve hostname git.example: Name or service not known', false, 'source.hostUnknown'],
  ['fatal: unable to look up git.example (port 9418) (Name or service not known)', false, 'source.hostUnknown'],
  [
    `fatal: unable to access '${url}/': Failed to connect to git.example port 443 after 2 ms: Couldn't connect to server`,
    false,
    'source.unreachable',
  ],
  ['ssh: connect to host git.example port 22: Connection refused', false, 'source.unreachable'],
  [
    'fatal: unable to connect to git.example:\ngit.example[0: 127.0.0.1]: errno=Connection refused',
    false,
    'source.unreachable',
  ],
  [
    `fatal: unable to access '${url}/': server certificate verification failed. CAfile: none CRLfile: none`,
    false,
    'source.untrusted',
  ],
  [`fatal: unable to access '${url}/': SSL certificate problem: self-signed certificate`, false, 'source.untrusted'],
  [`fatal: unable to access '${url}/': schannel: next InitializeSecurityContext failed`, false, 'source.untrusted'],
  ['Host key verification failed.\nfatal: Could not read from remote repository.', false, 'source.untrusted'],
  [
    'git@git.example: Permission denied (publickey).\nfatal: Could not read from remote repository.',
    false,
    'source.tokenRefused',
  ],
  ['ERROR: Repository not found.\nfatal: Could not read from remote repository.', false, 'source.notFound'],
  [
    'error: RPC failed; curl 56 GnuTLS recv error (-110): The TLS connection was non-properly terminated.\nfatal: early EOF',
    false,
    'source.unreachable',
  ],
  ['fetch-pack: unexpected disconnect while reading sideband packet\nfatal: early EOF', false, 'source.unreachable'],
  ['fatal: write error: No space left on device', false, 'disk.full'],
  ['fatal: bad object refs/commits/1\nerror: did not send all necessary objects', false, 'source.failed'],
  ["fatal: Unable to create '/x/shallow.lock': File exists.", false, 'source.failed'],
  ['fatal: something new', false, 'source.failed'],
])('%s (credential given: %s) is %s', (stderr, gaveCredential, code) => {
  expect(failureOf({ remote, stderr, gaveCredential, secrets: [] }).error.code).toBe(code);
});

it('quotes the end of what was said, without progress, credentials and what terminals obey', () => {
  const stderr = [
    'remote: Counting objects:  50% (1/2)\rremote: Counting objects: 100% (2/2), done.',
    'Receiving objects:  10% (1/10)',
    'remote: \u001b]0;title\u0007look at https://ada:hunter2@git.example/x',
    'remote: token is c2VjcmV0',
    'fatal: no',
  ].join('\n');
  const cause = causeOf(stderr, ['c2VjcmV0']);
  expect(cause).toBe(
    'remote: \u{FFFD}]0;title\u{FFFD}look at https://***@git.example/x\nremote: token is ***\nfatal: no',
  );
});

it('cleans lines however often a secret is in them', () => {
  expect(cleanLine('a hunter2 b hunter2', ['', 'hunter2'])).toBe('a *** b ***');
});
