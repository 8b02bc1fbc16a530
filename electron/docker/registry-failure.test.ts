import { describe, expect, it } from 'vitest';
import { isRegistryFailure, registryFailure } from './registry-failure.ts';

const asked = { image: 'quay.example/app:1', registry: 'quay.example', signedIn: true };

describe('what an engine says of a registry', () => {
  // As engines 20.10 and 28.5 wrote it.
  it.each([
    ['registry.unauthorized', 'no basic auth credentials'],
    ['registry.unauthorized', 'Head "http://127.0.0.1:39963/v2/base/busybox/manifests/1": no basic auth credentials'],
    ['registry.unauthorized', 'unauthorized: authentication required'],
    [
      'registry.unauthorized',
      'push access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials',
    ],
    ['registry.forbidden', 'denied: requested access to the resource is denied'],
    ['registry.rateLimited', 'toomanyrequests: You have reached your pull rate limit.'],
    ['registry.failed', 'received unexpected HTTP status: 500 Internal Server Error'],
    ['registry.failed', 'received unexpected HTTP status: 502 Bad Gateway'],
    ['registry.unreachable', 'Get "http://127.0.0.1:9/v2/": dial tcp 127.0.0.1:9: connect: connection refused'],
    ['registry.unreachable', 'dial tcp: lookup quay.example: no such host'],
    ['registry.unreachable', 'read tcp 127.0.0.1:1->127.0.0.1:2: read: connection reset by peer'],
    ['registry.unreachable', 'Get "https://quay.example/v2/": http: server gave HTTP response to HTTPS client'],
    ['registry.unreachable', 'tls: failed to verify certificate: x509: certificate signed by unknown authority'],
    ['registry.notFound', 'name unknown: repository name not known to registry'],
    ['image.notFound', 'An image does not exist locally with the tag: quay.example/app'],
    ['image.notFound', 'tag does not exist: quay.example/app:1'],
    ['disk.full', 'write /var/lib/docker/tmp/x: no space left on device'],
    ['registry.full', 'received unexpected HTTP status: 507 Insufficient Storage'],
    [
      'registry.full',
      'denied: adding 5.0 MiB of storage resource, which when updated to current usage of 1.0 GiB will exceed the configured upper limit of 1.0 GiB.',
    ],
    ['registry.failed', 'error from registry: blob upload invalid'],
    ['registry.failed', 'something that nobody has seen yet'],
  ])('means %s: %s', (code, words) => {
    expect(registryFailure(asked, words).error).toMatchObject({
      code,
      cause: words,
      params: { registry: 'quay.example', image: 'quay.example/app:1' },
    });
  });

  it('takes a denial of somebody who is not signed in for a wish that they were', () => {
    const { code, fixes } = registryFailure(
      { ...asked, signedIn: false },
      'denied: requested access to the resource is denied',
    ).error;
    expect(code).toBe('registry.unauthorized');
    expect(fixes[0]).toEqual({ kind: 'signIn', registry: 'quay.example' });
  });

  it('is told from what a build says of itself', () => {
    expect(isRegistryFailure("The command '/bin/sh -c exit 3' returned a non-zero code: 3")).toBe(false);
  });
});
