import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { defaultLimits, renderTemplate, TemplateError } from '../template.ts';
import { failureOf, now, outcome, render } from '../test-template.ts';
import { integer, sequence } from './x509/der.ts';
import { encodePem } from './x509/pem.ts';

const day = 86_400_000;

/** The parts of what a template prints, which `|` is between. */
function parts(template: string): readonly string[] {
  return render(template).text.split('|');
}

describe('genCA', () => {
  const [cert = '', key = '', printed = ''] = parts(
    '{{ $ca := genCA "a CA" 365 }}{{ $ca.Cert }}|{{ $ca.Key }}|{{ $ca }}',
  );
  const ca = new X509Certificate(cert);

  it('signs itself, and may sign others', () => {
    expect(ca.subject).toBe('CN=a CA');
    expect(ca.issuer).toBe('CN=a CA');
    expect(ca.ca).toBe(true);
    expect(ca.verify(ca.publicKey)).toBe(true);
    expect(ca.checkPrivateKey(createPrivateKey(key))).toBe(true);
    expect(ca.publicKey.asymmetricKeyDetails).toMatchObject({ modulusLength: 2048 });
    expect(ca.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']);
  });

  it('is valid from the time of the run on, for so many days', () => {
    expect(Date.parse(ca.validFrom)).toBe(now);
    expect(Date.parse(ca.validTo)).toBe(now + 365 * day);
  });

  it('is printed as the struct that it is in Go', () => {
    expect(printed).toBe(`{${cert} ${key}}`);
    expect(key).toMatch(/^-----BEGIN RSA PRIVATE KEY-----\n[\s\S]*\n-----END RSA PRIVATE KEY-----\n$/);
    expect(cert).toMatch(/^-----BEGIN CERTIFICATE-----\n[\s\S]*\n-----END CERTIFICATE-----\n$/);
  });

  it('signs others, for addresses and names', () => {
    const [signedCert = '', signedKey = '', authority = ''] = parts(
      '{{ $ca := genCA "one" 2 }}{{ $c := genSignedCert "a.example" (list "10.0.0.1" "::1") (list "a.example" "*.b.example") 1 $ca }}' +
        '{{ $c.Cert }}|{{ $c.Key }}|{{ $ca.Cert }}',
    );
    const [signed, by] = [new X509Certificate(signedCert), new X509Certificate(authority)];
    expect(signed.checkIssued(by)).toBe(true);
    expect(signed.verify(by.publicKey)).toBe(true);
    expect(signed.checkPrivateKey(createPrivateKey(signedKey))).toBe(true);
    expect(signed.ca).toBe(false);
    expect(signed.subjectAltName).toBe(
      'DNS:a.example, DNS:*.b.example, IP Address:10.0.0.1, IP Address:0:0:0:0:0:0:0:1',
    );
    expect(signed.checkHost('x.b.example')).toBe('*.b.example');
    expect(signed.checkIP('10.0.0.1')).toBe('10.0.0.1');
    expect(Date.parse(signed.validTo)).toBe(now + day);
  });

  it('goes through Base64 and back', () => {
    const template =
      '{{ $ca := genCA "one" 2 }}{{ $back := buildCustomCert (b64enc $ca.Cert) (b64enc $ca.Key) }}{{ eq $ca $back }} ' +
      '{{ (genSignedCert "a" nil nil 1 $back).Cert | trunc 27 }}';
    expect(outcome(template)).toEqual({ out: 'true -----BEGIN CERTIFICATE-----' });
  });
});

describe('genSelfSignedCert', () => {
  it('is signed by nobody else, and is no authority', () => {
    const [cert = '', key = ''] = parts(
      '{{ $c := genSelfSignedCert "a.example" nil (list "a.example") 30 }}{{ $c.Cert }}|{{ $c.Key }}',
    );
    const made = new X509Certificate(cert);
    expect(made.verify(made.publicKey)).toBe(true);
    expect(made.checkPrivateKey(createPrivateKey(key))).toBe(true);
    expect(made.ca).toBe(false);
    expect(made.checkHost('a.example')).toBe('a.example');
  });

  it('is another one each time', () => {
    const [one = '', other = ''] = parts('{{ range until 2 }}{{ (genSelfSignedCert "a" nil nil 1).Cert }}|{{ end }}');
    expect(new X509Certificate(one).serialNumber).not.toBe(new X509Certificate(other).serialNumber);
  });
});

describe('genPrivateKey', () => {
  it.each([
    ['', 'RSA', { type: 'rsa', details: { modulusLength: 4096, publicExponent: 65_537n } }],
    ['ecdsa', 'EC', { type: 'ec', details: { namedCurve: 'prime256v1' } }],
    ['dsa', 'DSA', { type: 'dsa', details: { modulusLength: 2048, divisorLength: 256 } }],
  ])('of %j makes a key of %s', (type, name, { type: kind, details }) => {
    const { text } = render(`{{ genPrivateKey "${type}" }}`);
    expect(text.split('\n')[0]).toBe(`-----BEGIN ${name} PRIVATE KEY-----`);
    const key = createPrivateKey(text);
    expect(key.asymmetricKeyType).toBe(kind);
    expect(createPublicKey(key).asymmetricKeyDetails).toEqual(details);
  });
});

describe('signing with what is no authority', () => {
  const pair = '{{ $one := genCA "one" 1 }}{{ $other := genCA "other" 1 }}';
  it.each([
    [
      `${pair}{{ $mixed := buildCustomCert (b64enc $one.Cert) (b64enc $other.Key) }}{{ genSignedCert "a" nil nil 1 $mixed }}`,
      "error creating certificate: x509: provided PrivateKey doesn't match parent's PublicKey",
    ],
    ['{{ genSignedCert "a" nil nil 1 (genCA (b64dec "/w==") 1) }}', 'asn1: string not valid UTF-8'],
  ])('%s', (template, message) => {
    expect(failureOf(template)).toMatchObject({
      kind: 'execution',
      message: expect.stringContaining(message) as string,
    });
  });
});

describe('an authority whose key', () => {
  const { certificates } = JSON.parse(readFileSync(new URL('./x509/issue.testdata.json', import.meta.url), 'utf8')) as {
    readonly certificates: readonly { readonly cert: string; readonly key: string }[];
  };
  const [authority = { cert: '', key: '' }] = certificates;

  /** The certificate with another modulus of the same length, and a key of these primes. */
  function withPrimes(p: bigint, q: bigint): string {
    const recorded = new X509Certificate(authority.cert);
    const known = Buffer.from(recorded.publicKey.export({ format: 'jwk' }).n ?? '', 'base64url');
    const modulus = Buffer.from((p * q).toString(16), 'hex');
    const cert = Buffer.from(recorded.raw);
    modulus.copy(cert, cert.indexOf(known));
    const exponent = 65_537n;
    // Of a product of the two, so that it fits both.
    const order = (p - 1n) * (q - 1n);
    let times = 1n;
    while ((times * order + 1n) % exponent !== 0n) times += 1n;
    const d = (times * order + 1n) / exponent;
    const key = sequence(...[0n, p * q, exponent, d, p, q].map(integer));
    const pems = [encodePem('CERTIFICATE', cert), encodePem('RSA PRIVATE KEY', key)];
    const [certText = '', keyText = ''] = pems.map((pem) => Buffer.from(pem).toString('base64'));
    return `{{ $ca := buildCustomCert "${certText}" "${keyText}" }}{{ (genSignedCert "a" nil nil 1 $ca).Cert | len }}`;
  }

  it.each([
    ['is even', 2n ** 1023n + 2n ** 1022n, 2n ** 1023n + 2n ** 1022n + 2n],
    ['is a square', 2n ** 1023n + 2n ** 1022n + 1n, 2n ** 1023n + 2n ** 1022n + 1n],
    ['has no primes', 2n ** 1023n + 2n ** 1022n + 1n, 2n ** 1023n + 2n ** 1022n + 9n],
  ])('%s signs nothing', (_, p, q) => {
    const failure = failureOf(withPrimes(p, q));
    expect(failure.message).toMatch(/error calling genSignedCert: error creating certificate: rsa: internal error$/);
  });
});

describe('how many keys a template may have made', () => {
  const rendered = (template: string, keys: number) =>
    renderTemplate(template, new Map(), { name: 't', now, limits: { ...defaultLimits, keys } }).text;

  it.each([
    '{{ range until 13 }}{{ $_ := genCA "a" 1 }}{{ end }}',
    '{{ range until 3 }}{{ genPrivateKey "rsa" }}{{ end }}',
    '{{ range until 4 }}{{ genPrivateKey "dsa" }}{{ end }}',
    '{{ range until 7 }}{{ derivePassword 1 "long" "p" "u" "s" }}{{ end }}',
    '{{ range until 2000 }}{{ $_ := genPrivateKey "ecdsa" }}{{ end }}',
  ])('is fewer than in %s', (template) => {
    expect(failureOf(template).kind).toBe('limit');
  });

  it('is as many as the limit says', () => {
    const template = (count: number) => `{{ range until ${count} }}{{ (genCA "a" 1).Key | len | lt 0 }}{{ end }}`;
    expect(rendered(template(2), 2)).toBe('truetrue');
    expect(() => rendered(template(3), 2)).toThrow('the template needs more than 2 units of work on keys');
  });

  it('is none where there is no time for them, but for small ones', () => {
    expect(() => rendered('{{ genCA "a" 1 }}', 0)).toThrow(TemplateError);
    expect(rendered('{{ genPrivateKey "ecdsa" }}', 0)).toContain('EC PRIVATE KEY');
  });

  it('is found out with stand-ins, whose mistakes are not told', () => {
    const template = '{{ if ne "-----" (genPrivateKey "ecdsa" | trunc 5) }}{{ fail "a stand-in" }}{{ end }}';
    expect(outcome(template)).toEqual({ out: '' });
  });
});

describe('what is secret of them', () => {
  it('is told, whether it is shown or not', () => {
    const { text, secrets } = render(
      '{{ $c := genCA "a" 1 }}{{ $_ := buildCustomCert (b64enc $c.Cert) (b64enc $c.Key) }}{{ $c.Key }}|{{ genPrivateKey "ecdsa" }}|{{ derivePassword 1 "long" "p" "u" "s" }}',
    );
    expect(secrets).toEqual(text.split('|'));
    expect(render('{{ genPrivateKey "other" }}{{ derivePassword 1 "other" "p" "u" "s" }}').secrets).toEqual([]);
  });
});
