import { expect, it } from 'vitest';
import { unreachable } from './failures.ts';

it.each([
  ['ENOTFOUND', 'registry.hostUnknown'],
  ['EAI_AGAIN', 'registry.hostUnknown'],
  ['ECONNREFUSED', 'registry.refused'],
  ['ETIMEDOUT', 'registry.timeout'],
  ['UND_ERR_CONNECT_TIMEOUT', 'registry.timeout'],
  ['UND_ERR_HEADERS_TIMEOUT', 'registry.timeout'],
  ['CERT_HAS_EXPIRED', 'registry.untrusted'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'registry.untrusted'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'registry.untrusted'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'registry.untrusted'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'registry.untrusted'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'registry.untrusted'],
  ['EPROTO', 'registry.untrusted'],
  ['ECONNRESET', 'registry.unreachable'],
  ['UND_ERR_SOCKET', 'registry.unreachable'],
])('%s is %s', (code, expected) => {
  const original = Object.assign(new Error('words'), { code });
  expect(unreachable({ registry: 'reg.example' }, 'words', original).error).toMatchObject({
    code: expected,
    params: { registry: 'reg.example' },
    cause: 'words',
  });
});
