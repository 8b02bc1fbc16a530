import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { AppFailure } from './app-error.ts';
import {
  familiarName,
  formatImageReference,
  isDigest,
  parseImageReference,
  prefixTag,
  withDefaultTag,
} from './image-reference.ts';

interface RecordedCase {
  readonly in: string;
  readonly domain?: string;
  readonly path?: string;
  readonly tag?: string;
  readonly err?: string;
}

// Recorded from distribution 2.8; what is known to be wrong in the recording is said in its "about".
const recording = JSON.parse(readFileSync(new URL('./image-references.testdata.json', import.meta.url), 'utf8')) as {
  readonly cases: readonly RecordedCase[];
};
const acceptedSince = new Set(['UPPER/x', '[::1]:5000/x:t']);
const recordedWithoutHash = (entry: RecordedCase) =>
  entry.err === 'unsupported digest algorithm' && /@sha256:[a-f0-9]{64}$/.test(entry.in);
const accepted = recording.cases.filter((entry) => entry.err === undefined);
const refused = recording.cases.filter(
  (entry) => entry.err !== undefined && !acceptedSince.has(entry.in) && !recordedWithoutHash(entry),
);

const sha256 = `sha256:${'a1'.repeat(32)}`;

describe('parseImageReference', () => {
  it.each(accepted)('reads $in as distribution does', ({ in: text, domain, path, tag }) => {
    expect(parseImageReference(text)).toEqual({ registry: domain, repository: path, ...(tag ? { tag } : {}) });
  });

  it.each(refused)('refuses "$in": $err', ({ in: text, err }) => {
    expect(refusal(text)).toMatchObject({ code: 'image.invalidReference', params: { text, reason: err } });
  });

  it.each([
    ['UPPER/x', { registry: 'UPPER', repository: 'x' }],
    ['Reg.Example/x', { registry: 'Reg.Example', repository: 'x' }],
    ['[::1]:5000/x:t', { registry: '[::1]:5000', repository: 'x', tag: 't' }],
    ['[fe80::1]/x', { registry: '[fe80::1]', repository: 'x' }],
    [`x@${sha256}`, { registry: 'docker.io', repository: 'library/x', digest: sha256 }],
    [`x:t@${sha256}`, { registry: 'docker.io', repository: 'library/x', tag: 't', digest: sha256 }],
    [`h.io/x@sha512:${'0'.repeat(128)}`, { registry: 'h.io', repository: 'x', digest: `sha512:${'0'.repeat(128)}` }],
    ['index.docker.io/x', { registry: 'docker.io', repository: 'library/x' }],
    [`x:${'t'.repeat(128)}`, { registry: 'docker.io', repository: 'library/x', tag: 't'.repeat(128) }],
    [`h.io/${'r'.repeat(255)}`, { registry: 'h.io', repository: 'r'.repeat(255) }],
  ])('reads %s as newer releases do', (text, expected) => {
    expect(parseImageReference(text)).toEqual(expected);
  });

  it.each([
    [`x:${'t'.repeat(129)}`, 'invalid reference format'],
    [`h.io/${'r'.repeat(256)}`, 'repository name must not be more than 255 characters'],
    [`x@sha256:${'a'.repeat(63)}`, 'invalid checksum digest length'],
    [`x@sha256:${'A'.repeat(64)}`, 'invalid checksum digest format'],
    [`x@md5:${'a'.repeat(32)}`, 'unsupported digest algorithm'],
    [`x@constructor:${'a'.repeat(64)}`, 'unsupported digest algorithm'],
    [`x@${sha256}@${sha256}`, 'invalid reference format'],
    ['x\n', 'invalid reference format'],
    ['-h.io/x', 'invalid reference format'],
    ['h.io:/x', 'invalid reference format'],
    ['h.io:port/x', 'invalid reference format'],
    ['https://h.io/x', 'invalid reference format'],
    ['user@h.io/x', 'invalid reference format'],
    ['$ID', 'invalid reference format: repository name must be lowercase'],
  ])('refuses %j: %s', (text, reason) => {
    expect(refusal(text).params['reason']).toBe(reason);
  });

  it('answers at once, whatever it is given, with a reference that reads back as itself', () => {
    const piece = fc.constantFrom(
      'a',
      'B',
      '0',
      '.',
      '-',
      '_',
      ':',
      '/',
      '@',
      'sha256',
      '[',
      ']',
      '가',
      ' ',
      'a'.repeat(64),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 400 }), (pieces) => {
        const text = pieces.join('');
        let reference;
        try {
          reference = parseImageReference(text);
        } catch (error) {
          expect(error).toBeInstanceOf(AppFailure);
          return;
        }
        expect(parseImageReference(formatImageReference(reference))).toEqual(reference);
        expect(parseImageReference(familiarName(reference))).toEqual(reference);
      }),
    );
  });

  it.each([`${'a-'.repeat(50_000)}!/x`, `h.io/${'a-'.repeat(100)}!`, `${'-'.repeat(100_000)}.io/x`])(
    'is not slowed down by long hostile text',
    (text) => {
      expect(refusal(text).code).toBe('image.invalidReference');
    },
  );
});

describe('names', () => {
  it.each([
    ['ubuntu', 'docker.io/library/ubuntu', 'ubuntu'],
    ['co/x:1', 'docker.io/co/x:1', 'co/x:1'],
    ['docker.io/library/a/b', 'docker.io/library/a/b', 'library/a/b'],
    [`localhost:5000/a@${sha256}`, `localhost:5000/a@${sha256}`, `localhost:5000/a@${sha256}`],
  ])('%s is %s in whole, %s among people', (text, whole, familiar) => {
    const reference = parseImageReference(text);
    expect(formatImageReference(reference)).toBe(whole);
    expect(familiarName(reference)).toBe(familiar);
  });

  it.each([
    ['ubuntu', 'docker.io/library/ubuntu:latest'],
    ['ubuntu:1', 'docker.io/library/ubuntu:1'],
    [`ubuntu@${sha256}`, `docker.io/library/ubuntu@${sha256}`],
  ])('%s with the default tag is %s', (text, whole) => {
    expect(formatImageReference(withDefaultTag(parseImageReference(text)))).toBe(whole);
  });

  it.each([
    [sha256, true],
    ['sha256:abc', false],
    [`SHA256:${'a'.repeat(64)}`, false],
    ['', false],
  ])('%s is a digest: %s', (text, expected) => {
    expect(isDigest(text)).toBe(expected);
  });
});

describe('prefixTag', () => {
  it.each([
    // task-yaml 7.9
    ['test:latest', [], 'foo.azurecr.io/test:latest'],
    ['foo.azurecr.io/test', [], 'foo.azurecr.io/test'],
    ['bar.azurecr.io/test', ['bar.azurecr.io'], 'bar.azurecr.io/test'],
    ['bar.azurecr.io/test', [], 'foo.azurecr.io/bar.azurecr.io/test'],
    ['library/test', [], 'library/test'],
    // a plain prefix, as ACR compares
    ['foo.azurecr.io.example/test', [], 'foo.azurecr.io.example/test'],
    ['team/app:1', [''], 'foo.azurecr.io/team/app:1'],
  ])('with a registry, %s (known: %j) is pushed as %s', (tag, known, image) => {
    expect(prefixTag(tag, 'foo.azurecr.io', known)).toEqual({ image, push: true });
  });

  it.each([
    ['app:1', false],
    ['team/app:1', false],
    ['library/app', false],
    ['localhost/app', true],
    ['localhost:5000/app', true],
    ['docker.io/me/app', true],
    ['foo.azurecr.io/app:1', true],
    ['[::1]:5000/app', true],
  ])('without a registry, %s keeps its name; pushed: %s', (tag, push) => {
    expect(prefixTag(tag, undefined, ['foo.azurecr.io'])).toEqual({ image: tag, push });
    expect(prefixTag(tag, '', [])).toEqual({ image: tag, push });
  });
});

function refusal(text: string) {
  try {
    parseImageReference(text);
  } catch (error) {
    if (error instanceof AppFailure) return error.error;
    throw error;
  }
  throw new Error(`accepted: ${text}`);
}
