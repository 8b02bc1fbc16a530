import { isUtf8 } from 'node:buffer';
import { contextTag, DerReader, tags, Unparsable } from './der.ts';

/** What is asked of the certificate of an authority. */
export interface ParsedCertificate {
  /** As it stands in the certificate, byte for byte. */
  readonly subject: Buffer;
  readonly subjectKeyId: Buffer | undefined;
  /** 'unknown' where Go knows no such kind of key. */
  readonly publicKey: RsaPublicKey | 'other' | 'unknown';
}

export interface RsaPublicKey {
  readonly modulus: bigint;
  readonly exponent: bigint;
}

/**
 * Reads a certificate as Go 1.19's crypto/x509 does, in its order, so that the first thing that is wrong is told in its words. What
 * extensions say about names, policies and addresses is not looked into.
 * @throws Unparsable
 */
export function parseCertificate(bytes: Buffer): ParsedCertificate {
  const file = new DerReader(bytes);
  const certificate = new DerReader(some(file.read(tags.sequence), 'malformed certificate'));
  const parsed = parseSigned(certificate);
  if (!file.empty) throw new Unparsable('x509: trailing data');
  return parsed;
}

function some<T>(value: T | undefined, otherwise: string): T {
  if (value === undefined) throw new Unparsable(`x509: ${otherwise}`);
  return value;
}

function parseSigned(certificate: DerReader): ParsedCertificate {
  const signed = new DerReader(some(certificate.read(tags.sequence), 'malformed tbs certificate'));
  const version = parseVersion(signed);
  some(signed.readInteger(), 'malformed serial number');
  const algorithm = some(signed.read(tags.sequence), 'malformed signature algorithm identifier');
  const outer = some(certificate.read(tags.sequence), 'malformed algorithm identifier');
  if (!outer.equals(algorithm))
    throw new Unparsable("x509: inner and outer signature algorithm identifiers don't match");
  parseAlgorithm(algorithm);
  checkName(some(signed.readWhole(tags.sequence), 'malformed issuer'));
  checkValidity(new DerReader(some(signed.read(tags.sequence), 'malformed validity')));
  // Go says issuer here as well.
  const subject = some(signed.readWhole(tags.sequence), 'malformed issuer');
  checkName(subject);
  const publicKey = parsePublicKey(new DerReader(some(signed.read(tags.sequence), 'malformed spki')));
  const subjectKeyId = version > 1 ? parseExtensions(signed, version) : undefined;
  some(certificate.readBitString(), 'malformed signature');
  return { subject, subjectKeyId, publicKey };
}

/** From 1 on. */
function parseVersion(signed: DerReader): bigint {
  if (!signed.isAt(contextTag(0, true))) return 1n;
  const explicit = new DerReader(some(signed.read(contextTag(0, true)), 'malformed version'));
  const version = some(explicit.readInteger(), 'malformed version');
  if (version < 0n || !explicit.empty) throw new Unparsable('x509: malformed version');
  if (version > 2n) throw new Unparsable('x509: invalid version');
  return version + 1n;
}

function parseAlgorithm(bytes: Buffer): { readonly identifier: string; readonly parameters: Buffer } {
  const reader = new DerReader(bytes);
  const identifier = some(reader.readObjectIdentifier(), 'malformed OID');
  const parameters = reader.empty ? Buffer.alloc(0) : some(reader.readAny()?.whole, 'malformed parameters');
  return { identifier, parameters };
}

function checkName(whole: Buffer): void {
  const invalid = 'invalid RDNSequence';
  const name = new DerReader(some(new DerReader(whole).read(tags.sequence), invalid));
  while (!name.empty) {
    const set = new DerReader(some(name.read(tags.set), invalid));
    while (!set.empty) {
      const attribute = new DerReader(some(set.read(tags.sequence), `${invalid}: invalid attribute`));
      some(attribute.readObjectIdentifier(), `${invalid}: invalid attribute type`);
      const value = some(attribute.readAny(), `${invalid}: invalid attribute value`);
      const complaint = complaintAboutText(value.tag, value.content);
      if (complaint !== undefined) throw new Unparsable(`x509: ${invalid}: invalid attribute value: ${complaint}`);
    }
  }
}

function complaintAboutText(tag: number, content: Buffer): string | undefined {
  const consistsOf = (letters: RegExp) => letters.test(content.toString('latin1'));
  switch (tag) {
    case 0x14: // T61String
      return undefined;
    case tags.printableString:
      return consistsOf(/^[A-Za-z0-9'()+,\-./ :=?*&]*$/) ? undefined : 'invalid PrintableString';
    case tags.utf8String:
      return isUtf8(content) ? undefined : 'invalid UTF-8 string';
    case 0x1e:
      return content.length % 2 === 0 ? undefined : 'invalid BMPString';
    case 0x16:
      return isAsciiOnly(content) ? undefined : 'invalid IA5String';
    case 0x12:
      return consistsOf(/^[0-9 ]*$/) ? undefined : 'invalid NumericString';
    default:
      return `unsupported string type: ${tag}`;
  }
}

function isAsciiOnly(content: Buffer): boolean {
  return content.every((byte) => byte < 0x80);
}

function checkValidity(validity: DerReader): void {
  for (let time = 0; time < 2; time += 1) {
    if (validity.isAt(tags.utcTime)) {
      const text = validity.read(tags.utcTime)?.toString('latin1') ?? '';
      if (!isTime(/^\d{2}(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})?(?:Z|[+-]\d{4})$/, text))
        throw new Unparsable('x509: malformed UTCTime');
    } else if (validity.isAt(tags.generalizedTime)) {
      const text = validity.read(tags.generalizedTime)?.toString('latin1') ?? '';
      if (!isTime(/^\d{4}(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(?:Z|[+-]\d{4})$/, text))
        throw new Unparsable('x509: malformed GeneralizedTime');
    } else {
      throw new Unparsable('x509: unsupported time format');
    }
  }
}

/** Groups: month, day, hour, minute, second. A zone of nothing is written Z. */
function isTime(pattern: RegExp, text: string): boolean {
  const match = pattern.exec(text);
  if (match === null || /[+-]0000$/.test(text)) return false;
  const [month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map((digits) => Number(digits ?? '0'));
  return month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour <= 23 && minute <= 59 && second <= 59;
}

const curves: ReadonlySet<string> = new Set(['1.3.132.0.33', '1.2.840.10045.3.1.7', '1.3.132.0.34', '1.3.132.0.35']);

function parsePublicKey(info: DerReader): ParsedCertificate['publicKey'] {
  const { identifier, parameters } = parseAlgorithm(
    some(info.read(tags.sequence), 'malformed public key algorithm identifier'),
  );
  const key = some(info.readBitString(), 'malformed subjectPublicKey');
  switch (identifier) {
    case '1.2.840.113549.1.1.1':
      if (!parameters.equals(Uint8Array.of(tags.null, 0)))
        throw new Unparsable('x509: RSA key missing NULL parameters');
      return parseRsaPublicKey(new DerReader(key));
    case '1.2.840.10045.2.1': {
      const curve = some(new DerReader(parameters).readObjectIdentifier(), 'invalid ECDSA parameters');
      if (!curves.has(curve)) throw new Unparsable('x509: unsupported elliptic curve');
      return 'other';
    }
    case '1.3.101.112':
      if (parameters.length > 0) throw new Unparsable('x509: Ed25519 key encoded with illegal parameters');
      if (key.length !== 32) throw new Unparsable('x509: wrong Ed25519 public key size');
      return 'other';
    case '1.2.840.10040.4.1':
      some(new DerReader(key).readInteger(), 'invalid DSA public key');
      return 'other';
    default:
      return 'unknown';
  }
}

function parseRsaPublicKey(key: DerReader): RsaPublicKey {
  const numbers = new DerReader(some(key.read(tags.sequence), 'invalid RSA public key'));
  const modulus = some(numbers.readInteger(), 'invalid RSA modulus');
  const exponent = some(numbers.readInteger(), 'invalid RSA public exponent');
  if (exponent !== BigInt.asIntN(64, exponent)) throw new Unparsable('x509: invalid RSA public exponent');
  if (modulus <= 0n) throw new Unparsable('x509: RSA modulus is not a positive number');
  if (exponent <= 0n) throw new Unparsable('x509: RSA public exponent is not a positive number');
  return { modulus, exponent };
}

/** The identifier of the subject's key, where there is one. */
function parseExtensions(signed: DerReader, version: bigint): Buffer | undefined {
  for (const [tag, name] of [
    [contextTag(1, false), 'issuerUniqueID'] as const,
    [contextTag(2, false), 'subjectUniqueID'] as const,
  ])
    if (signed.isAt(tag)) some(signed.read(tag), `malformed ${name}`);
  if (version < 3n || !signed.isAt(contextTag(3, true))) return undefined;
  const explicit = new DerReader(some(signed.read(contextTag(3, true)), 'malformed extensions'));
  const extensions = new DerReader(some(explicit.read(tags.sequence), 'malformed extensions'));
  const found = new Map<string, Buffer>();
  while (!extensions.empty) {
    const extension = new DerReader(some(extensions.read(tags.sequence), 'malformed extension'));
    const identifier = some(extension.readObjectIdentifier(), 'malformed extension OID field');
    if (extension.isAt(tags.boolean)) {
      const critical = extension.read(tags.boolean);
      if (critical?.length !== 1 || (critical[0] !== 0 && critical[0] !== 0xff))
        throw new Unparsable('x509: malformed extension critical field');
    }
    const value = some(extension.read(tags.octetString), 'malformed extension value field');
    if (found.has(identifier)) throw new Unparsable('x509: certificate contains duplicate extensions');
    found.set(identifier, value);
  }
  for (const [identifier, value] of found) checkExtension(identifier, new DerReader(value));
  const keyId = found.get('2.5.29.14');
  return keyId === undefined ? undefined : new DerReader(keyId).read(tags.octetString);
}

function checkExtension(identifier: string, value: DerReader): void {
  switch (identifier) {
    case '2.5.29.14':
      some(value.read(tags.octetString), 'invalid subject key identifier');
      return;
    case '2.5.29.15':
      some(value.readBitString(), 'invalid key usage');
      return;
    case '2.5.29.19':
      some(value.read(tags.sequence), 'invalid basic constraints a');
      return;
    case '2.5.29.35':
      some(value.read(tags.sequence), 'invalid authority key identifier');
      return;
    case '2.5.29.37': {
      const usages = new DerReader(some(value.read(tags.sequence), 'invalid extended key usages'));
      while (!usages.empty) some(usages.readObjectIdentifier(), 'invalid extended key usages');
      return;
    }
    case '2.5.29.17': {
      const names = new DerReader(some(value.read(tags.sequence), 'invalid subject alternative names'));
      while (!names.empty) checkAlternativeName(some(names.readAny(), 'invalid subject alternative name'));
      return;
    }
    default:
  }
}

function checkAlternativeName({ tag, content }: { readonly tag: number; readonly content: Buffer }): void {
  const kind = new Map([
    [contextTag(1, false), 'rfc822Name'],
    [contextTag(2, false), 'dNSName'],
    [contextTag(6, false), 'uniformResourceIdentifier'],
  ]).get(tag);
  if (kind !== undefined && !isAsciiOnly(content)) throw new Unparsable(`x509: SAN ${kind} is malformed`);
  if (tag === contextTag(7, false) && content.length !== 4 && content.length !== 16)
    throw new Unparsable(`x509: cannot parse IP address of length ${content.length}`);
}
