import { randomBytes } from 'node:crypto';
import { fromBytes, isAscii, toBytes } from '../byte-text.ts';
import { printed } from '../fmt/printer.ts';
import { type Scope, takes, type TemplateFunction } from '../functions.ts';
import type { Budget } from '../limits.ts';
import { quote } from '../quote.ts';
import { CallFailed } from '../template-error.ts';
import type { List } from '../values.ts';
import { decodeBase64 } from './base-n.ts';
import { Certificate } from './certificate.ts';
import { derivePassword, passwordTemplates } from './derive-password.ts';
import { newDsaKeyText, newEcKeyText, newRsaKey, rsaKeyText } from './private-keys.ts';
import { parseIp } from './x509/ip-address.ts';
import { type CertificateContent, issueCertificate, type Issuer, subjectOf } from './x509/issue.ts';
import { Unparsable } from './x509/der.ts';
import { parseCertificate, type ParsedCertificate } from './x509/parse-certificate.ts';
import { decodePem, encodePem } from './x509/pem.ts';
import { parseRsaKey, type RsaPrivateKey, toKeyObject, UnusableKey } from './x509/rsa-key.ts';

/** How much work each is, in RSA keys of 2048 bits. */
const work = { rsa: 6, dsa: 4, password: 2, certificate: 1 };

/** Stands for a key or certificate while a template rehearses: about as long. */
const standIn = `${'x'.repeat(64)}\n`.repeat(27);
const standInCertificate = new Certificate(standIn, standIn);

/** Pays for a key, and makes it if this is no rehearsal. What it gives is secret. */
function madeKey(scope: Scope, units: number, make: () => string): string {
  scope.budget.makeKeys(units);
  scope.budget.spend(1000);
  scope.budget.allocate(4000);
  return scope.rehearses ? standIn : scope.secret(make());
}

function genPrivateKey(scope: Scope, type: string): string {
  switch (type) {
    case '':
    case 'rsa':
      return madeKey(scope, work.rsa, () => rsaKeyText(newRsaKey(4096)));
    case 'dsa':
      return madeKey(scope, work.dsa, newDsaKeyText);
    case 'ecdsa':
      return madeKey(scope, 0, newEcKeyText);
    default:
      return `Unknown type ${type}`;
  }
}

/** What Go's readers say about a file, behind what sprig says of it. */
function parsed<T>(prefix: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof Unparsable) throw new CallFailed(`${prefix}: ${error.message}`);
    throw error;
  }
}

/** @param name of Go's variable: sprig tells it in its errors */
function readCertificate(budget: Budget, pem: Buffer, name: string): ParsedCertificate {
  const bytes = decodePem(budget, pem) ?? failed('unable to decode certificate');
  budget.spend(bytes.length >> 2);
  return parsed(`error parsing certificate: ${name}.Bytes`, () => parseCertificate(bytes));
}

function readKey(budget: Budget, pem: Buffer, name: string): RsaPrivateKey {
  const bytes = decodePem(budget, pem) ?? failed('unable to decode key');
  // Its numbers are multiplied.
  budget.spend(100 + ((bytes.length * bytes.length) >> 8));
  return parsed(`error parsing prive key: ${name}.Bytes`, () => parseRsaKey(bytes));
}

function failed(message: string): never {
  throw new CallFailed(message);
}

function buildCustomCert(scope: Scope, encodedCert: string, encodedKey: string): Certificate {
  const { budget } = scope;
  budget.allocate(8 * (encodedCert.length + encodedKey.length));
  budget.spend(100 + ((encodedCert.length + encodedKey.length) >> 2));
  // What it is given may stand for something else.
  if (scope.rehearses) return standInCertificate;
  const cert = decodeBase64(toBytes(encodedCert));
  if (typeof cert === 'string') return failed('unable to decode base64 certificate');
  const key = decodeBase64(toBytes(encodedKey));
  if (typeof key === 'string') return failed('unable to decode base64 private key');
  readCertificate(budget, cert, 'decodedCert');
  readKey(budget, key, 'decodedKey');
  return new Certificate(fromBytes(cert), scope.secret(fromBytes(key)));
}

function ipsOf(budget: Budget, ips: List): readonly Buffer[] {
  budget.spend(ips.items.length);
  return ips.items.map((ip) => {
    if (typeof ip !== 'string') return failed(`error parsing ip: ${printed(budget, ip)} is not a string`);
    return parseIp(ip) ?? failed(`error parsing ip: ${ip}`);
  });
}

function namesOf(budget: Budget, names: List): readonly string[] {
  budget.spend(names.items.length);
  return names.items.map((name) => {
    if (typeof name === 'string') return name;
    return failed(`error processing alternate dns name: ${printed(budget, name)} is not a string`);
  });
}

/** Days are nanoseconds in Go, and begin anew after 292 years of them. */
const dayInNanoseconds = 86_400_000_000_000n;

function numbersOf({ now }: Scope, days: bigint): Pick<CertificateContent, 'serial' | 'notBefore' | 'notAfter'> {
  const nanoseconds = BigInt.asIntN(64, BigInt.asIntN(64, days) * dayInNanoseconds);
  const serial = BigInt(`0x${randomBytes(16).toString('hex')}`);
  return { serial, notBefore: now, notAfter: now + Number(nanoseconds / 1_000_000n) };
}

/** A certificate and its key, signed by the issuer or, without one, by itself. */
function certificate(scope: Scope, content: CertificateContent, issuer: () => Issuer | undefined): Certificate {
  const { budget } = scope;
  budget.makeKeys(work.certificate);
  budget.spend(1000);
  budget.allocate(8000 + 4 * content.commonName.length);
  for (const name of content.dnsNames) budget.allocate(4 * name.length);
  if (scope.rehearses) return standInCertificate;
  const creating = 'error creating certificate';
  const subject = subjectOf(content.commonName) ?? failed(`${creating}: asn1: string not valid UTF-8`);
  const signer = issuer();
  const foreign = content.dnsNames.find((name) => !isAscii(name));
  if (foreign !== undefined) failed(`${creating}: x509: ${quote(foreign)} cannot be encoded as an IA5String`);
  const key = newRsaKey(2048);
  const bytes = usable(() => issueCertificate(content, subject, key, signer));
  return new Certificate(encodePem('CERTIFICATE', bytes), scope.secret(rsaKeyText(key)));
}

/** An authority's key may be any numbers. Go says no more of it either. */
function usable<T>(attempt: () => T): T {
  try {
    return attempt();
  } catch (error) {
    if (error instanceof UnusableKey) return failed('error creating certificate: rsa: internal error');
    throw error;
  }
}

/** Who signs with an authority's certificate and key. */
function issuerOf({ subject, subjectKeyId, publicKey }: ParsedCertificate, key: RsaPrivateKey): Issuer {
  const matches =
    publicKey === 'unknown' ||
    (publicKey !== 'other' && publicKey.modulus === key.modulus && publicKey.exponent === key.exponent);
  if (!matches) failed("error creating certificate: x509: provided PrivateKey doesn't match parent's PublicKey");
  // The hash, its name and the least padding that there must be.
  if (key.modulus >> (8n * 61n) === 0n)
    failed('error creating certificate: crypto/rsa: message too long for RSA public key size');
  return { subject, subjectKeyId, key: usable(() => toKeyObject(key)) };
}

function genSignedCert(
  scope: Scope,
  name: string,
  ips: List,
  dnsNames: List,
  days: bigint,
  ca: Certificate,
): Certificate {
  const { budget } = scope;
  const authority = scope.rehearses
    ? undefined
    : {
        cert: readCertificate(budget, toBytes(ca.cert), 'decodedSignerCert'),
        key: readKey(budget, toBytes(ca.key), 'decodedSignerKey'),
      };
  const content = contentOf(scope, name, ips, dnsNames, days);
  return certificate(scope, content, () =>
    authority === undefined ? undefined : issuerOf(authority.cert, authority.key),
  );
}

function contentOf(scope: Scope, name: string, ips: List, dnsNames: List, days: bigint): CertificateContent {
  return {
    commonName: toBytes(name),
    ips: ipsOf(scope.budget, ips),
    dnsNames: namesOf(scope.budget, dnsNames),
    ...numbersOf(scope, days),
    isAuthority: false,
  };
}

/** sprig's functions that make keys and certificates, and passwords that take as long. */
export const keys: Readonly<Record<string, TemplateFunction>> = {
  genPrivateKey: takes(['string'], genPrivateKey),
  derivePassword: takes(
    ['uint32', 'string', 'string', 'string', 'string'],
    (scope, counter, type, password, user, site) => {
      const looks = passwordTemplates(type);
      if (looks === undefined) return `cannot find password template ${type}`;
      scope.budget.makeKeys(work.password);
      scope.budget.allocate(8 * (password.length + user.length + site.length) + 100);
      if (scope.rehearses) return standIn.slice(0, looks[0]?.length);
      return scope.secret(derivePassword(Number(counter), looks, password, user, site));
    },
  ),
  buildCustomCert: takes(['string', 'string'], buildCustomCert),
  genCA: takes(['string', 'int'], (scope, name, days) => {
    const content = { commonName: toBytes(name), ips: [], dnsNames: [], ...numbersOf(scope, days), isAuthority: true };
    return certificate(scope, content, () => undefined);
  }),
  genSelfSignedCert: takes(['string', '[]interface {}', '[]interface {}', 'int'], (scope, name, ips, dnsNames, days) =>
    certificate(scope, contentOf(scope, name, ips, dnsNames, days), () => undefined),
  ),
  genSignedCert: takes(['string', '[]interface {}', '[]interface {}', 'int', 'sprig.certificate'], genSignedCert),
};
