import { expect, it } from 'vitest';
import { causeOf, quotedTexts } from './causes.ts';

const metadata = '[internal] load metadata for example.com:5000/a/b:1';
const image = { registry: 'example.com:5000', image: 'example.com:5000/a/b:1' };

// Words of daemons that the tests on real engines don't bring about.
it.each([
  ['toomanyrequests: You have reached your pull rate limit.', metadata, 'registry.rateLimited', image],
  ['unexpected status code [manifests 1]: 429 Too Many Requests', metadata, 'registry.rateLimited', image],
  ['unexpected status code [manifests 1]: 500 Internal Server Error', metadata, 'registry.failed', image],
  [
    'pull access denied, repository does not exist or may require authorization',
    metadata,
    'registry.unauthorized',
    image,
  ],
  [
    'alpine:9: failed to resolve source metadata for docker.io/library/alpine:9: docker.io/library/alpine:9: not found',
    '',
    'image.notFound',
    { registry: 'docker.io', image: 'docker.io/library/alpine:9' },
  ],
  [
    'failed to resolve source metadata for localhost/a@sha256:00ff: unexpected status from HEAD request: 401 Unauthorized',
    '',
    'registry.unauthorized',
    { registry: 'localhost', image: 'localhost/a@sha256:00ff' },
  ],
  [
    'failed to do request: Head "https://example.com:5000/v2/": x509: certificate signed by unknown authority',
    metadata,
    'registry.unreachable',
    image,
  ],
  ['write /var/lib/docker/tmp/x: no space left on device', '[2/2] RUN make', 'disk.full', {}],
  ['failed to read dockerfile: open Dockerfile: no such file or directory', '', 'dockerfile.notFound', {}],
  [
    'dockerfile parse error line 12: unknown instruction: FOO',
    '',
    'dockerfile.invalid',
    { message: 'unknown instruction: FOO' },
  ],
])('%s', (text, vertex, code, params) => {
  expect(causeOf({ text, vertex, output: '', platform: '' })).toMatchObject({ code, params });
});

// What a program prints or answers is not what a registry answered.
it.each([
  ['executor failed running [/bin/sh -c curl]: exit code: 22', '[2/2] RUN curl', 'HTTP 401 Unauthorized'],
  [
    'process "/bin/sh -c echo not found; exit 1" did not complete successfully: exit code: 1',
    '[2/2] RUN echo not found',
    'not found',
  ],
  ['failed to compute cache key: "/nope" not found: not found', '[1/1] COPY nope /', ''],
])('leaves %s a failed build', (text, vertex, output) => {
  expect(causeOf({ text, vertex, output, platform: '' })).toBeUndefined();
});

it('takes what an error quotes, the likeliest first', () => {
  expect(quotedTexts('failed to process "\\"b": unexpected end')[0]).toBe('"b');
  expect(quotedTexts('base name ($X) should not be blank')[0]).toBe('$X');
  expect(quotedTexts('Invalid containerPort: abc')).toEqual(['abc']);
});
