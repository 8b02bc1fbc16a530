import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { isUtf8 } from 'node:buffer';
import { bitString, contextTag, der, DerReader, integer, objectIdentifier, sequence, tags } from './der.ts';
import { UnusableKey } from './rsa-key.ts';

/** What a certificate says. */
export interface CertificateContent {
  readonly serial: bigint;
  readonly commonName: Buffer;
  readonly ips: readonly Buffer[];
  readonly dnsNames: readonly string[];
  /** ms since 1970, UTC. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** It may sign others. */
  readonly isAuthority: boolean;
}

/** Who signs: itself where it is absent. */
export interface Issuer {
  readonly subject: Buffer;
  readonly subjectKeyId: Buffer | undefined;
  readonly key: KeyObject;
}

const sha256WithRsa = sequence(objectIdentifier('1.2.840.113549.1.1.11'), der(tags.null));
const identifiers = {
  commonName: objectIdentifier('2.5.4.3'),
  subjectKeyId: objectIdentifier('2.5.29.14'),
  keyUsage: objectIdentifier('2.5.29.15'),
  alternativeNames: objectIdentifier('2.5.29.17'),
  basicConstraints: objectIdentifier('2.5.29.19'),
  authorityKeyId: objectIdentifier('2.5.29.35'),
  extendedKeyUsage: objectIdentifier('2.5.29.37'),
  serverAuth: objectIdentifier('1.3.6.1.5.5.7.3.1'),
  clientAuth: objectIdentifier('1.3.6.1.5.5.7.3.2'),
};

/** The name of who a certificate is for; undefined where it is no text. */
export function subjectOf(commonName: Buffer): Buffer | undefined {
  if (!isUtf8(commonName)) return undefined;
  if (commonName.length === 0) return sequence();
  const printable = /^[A-Za-z0-9'()+,\-./ :=?]*$/.test(commonName.toString('latin1'));
  const text = der(printable ? tags.printableString : tags.utf8String, commonName);
  return sequence(der(tags.set, sequence(identifiers.commonName, text)));
}

/**
 * A certificate (RFC 5280) for a key, signed with SHA-256 and RSA, with what sprig's certificates hold, in the order in which Go
 * writes it.
 * @throws UnusableKey
 */
export function issueCertificate(
  content: CertificateContent,
  subject: Buffer,
  key: KeyObject,
  issuer: Issuer | undefined,
): Buffer {
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'der' });
  const issuerName = issuer?.subject ?? subject;
  const signed = sequence(
    der(contextTag(0, true), integer(2n)),
    integer(content.serial),
    sha256WithRsa,
    issuerName,
    sequence(time(content.notBefore), time(content.notAfter)),
    subject,
    publicKey,
    der(contextTag(3, true), sequence(...extensionsOf(content, subject, publicKey, issuerName, issuer))),
  );
  return sequence(signed, sha256WithRsa, bitString(signatureOf(signed, issuer?.key ?? key)));
}

/** Signs, and looks whether that is a signature: the numbers of a key may be anything. */
function signatureOf(signed: Buffer, key: KeyObject): Buffer {
  let signature: Buffer;
  try {
    signature = sign('sha256', signed, key);
  } catch (error) {
    throw new UnusableKey('the key does not sign', { cause: error });
  }
  if (!verify('sha256', signed, createPublicKey(key), signature)) throw new UnusableKey('the key signs wrongly');
  return signature;
}

function extensionsOf(
  { isAuthority, ips, dnsNames }: CertificateContent,
  subject: Buffer,
  publicKey: Buffer,
  issuerName: Buffer,
  issuer: Issuer | undefined,
): readonly Buffer[] {
  // Digital signature, key encipherment; certificates as well where it is an authority.
  const usage = isAuthority ? bitString(Uint8Array.of(0xa4), 2) : bitString(Uint8Array.of(0xa0), 5);
  const authority = der(tags.boolean, Uint8Array.of(0xff));
  const extensions = [
    extension(identifiers.keyUsage, true, usage),
    extension(identifiers.extendedKeyUsage, false, sequence(identifiers.serverAuth, identifiers.clientAuth)),
    extension(identifiers.basicConstraints, true, isAuthority ? sequence(authority) : sequence()),
  ];
  if (isAuthority) extensions.push(extension(identifiers.subjectKeyId, false, der(tags.octetString, keyId(publicKey))));
  const authorityKeyId = issuerName.equals(subject) ? undefined : issuer?.subjectKeyId;
  if (authorityKeyId !== undefined && authorityKeyId.length > 0) {
    const value = sequence(der(contextTag(0, false), authorityKeyId));
    extensions.push(extension(identifiers.authorityKeyId, false, value));
  }
  const names = [
    ...dnsNames.map((name) => der(contextTag(2, false), Buffer.from(name, 'latin1'))),
    ...ips.map((ip) => der(contextTag(7, false), ip)),
  ];
  // It must be understood where nothing else says who it is (RFC 5280, 4.2.1.6).
  if (names.length > 0)
    extensions.push(extension(identifiers.alternativeNames, subject.equals(sequence()), sequence(...names)));
  return extensions;
}

function extension(identifier: Buffer, critical: boolean, value: Buffer): Buffer {
  const mark = critical ? [der(tags.boolean, Uint8Array.of(0xff))] : [];
  return sequence(identifier, ...mark, der(tags.octetString, value));
}

/** SHA-1 of the key itself (RFC 5280, 4.2.1.2, method 1). */
function keyId(publicKey: Buffer): Buffer {
  const info = new DerReader(new DerReader(publicKey).read(tags.sequence) ?? Buffer.alloc(0));
  info.readAny();
  return createHash('sha1')
    .update(info.readBitString() ?? Buffer.alloc(0))
    .digest();
}

/** To the second; with a year of two digits from 1950 to 2049 (RFC 5280, 4.1.2.5). */
function time(milliseconds: number): Buffer {
  const text = new Date(milliseconds).toISOString().replaceAll(/[-:T]|\.\d+/g, '');
  const year = Number(text.slice(0, 4));
  return year >= 1950 && year < 2050
    ? der(tags.utcTime, Buffer.from(text.slice(2)))
    : der(tags.generalizedTime, Buffer.from(text));
}
