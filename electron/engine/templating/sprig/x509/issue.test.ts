import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { defaultLimits } from '../../template.ts';
import { Budget } from '../../limits.ts';
import { parseIp } from './ip-address.ts';
import { issueCertificate, subjectOf } from './issue.ts';
import { parseCertificate } from './parse-certificate.ts';
import { decodePem, encodePem } from './pem.ts';
import { parseRsaKey, toKeyObject } from './rsa-key.ts';

interface Recorded {
  readonly name: string;
  readonly ips: readonly string[];
  readonly dnsNames: readonly string[];
  readonly days: number;
  readonly authority: boolean;
  readonly signed: boolean;
  readonly serial: string;
  readonly notBefore: string;
  readonly cert: string;
  readonly key: string;
}

const file = readFileSync(new URL('./issue.testdata.json', import.meta.url), 'utf8');
const { certificates } = JSON.parse(file) as { readonly certificates: readonly Recorded[] };
const bytesOf = (pem: string) => decodePem(new Budget(defaultLimits), Buffer.from(pem)) ?? Buffer.alloc(0);

describe('a certificate that Go made', () => {
  it.each(certificates)('comes out here byte for byte: $name, $days days', (recorded) => {
    const subject = subjectOf(Buffer.from(recorded.name)) ?? Buffer.alloc(0);
    const authority = recorded.signed ? certificates[0] : undefined;
    const issuer = authority && {
      ...parseCertificate(bytesOf(authority.cert)),
      key: toKeyObject(parseRsaKey(bytesOf(authority.key))),
    };
    const notBefore = Date.parse(recorded.notBefore);
    // Two centuries and more are as many nanoseconds as Go can count, less what they begin anew with.
    const nanoseconds = BigInt.asIntN(64, BigInt(recorded.days) * 86_400_000_000_000n);
    const content = {
      serial: BigInt(`0x${recorded.serial}`),
      commonName: Buffer.from(recorded.name),
      ips: recorded.ips.map((ip) => parseIp(ip) ?? Buffer.alloc(0)),
      dnsNames: recorded.dnsNames,
      notBefore,
      notAfter: notBefore + Number(nanoseconds / 1_000_000n),
      isAuthority: recorded.authority,
    };
    const made = issueCertificate(content, subject, createPrivateKey(recorded.key), issuer);
    expect(encodePem('CERTIFICATE', made)).toBe(recorded.cert);
  });
});

describe('an address', () => {
  it.each([
    ['127.0.0.1', '7f000001'],
    ['::', '00000000000000000000000000000000'],
    ['::1', '00000000000000000000000000000001'],
    ['1::', '00010000000000000000000000000000'],
    ['2001:DB8::a:0', '20010db80000000000000000000a0000'],
    ['1:2:3:4:5:6:7:8', '00010002000300040005000600070008'],
    ['1:2:3:4:5:6:7::', '00010002000300040005000600070000'],
    ['::00001', '00000000000000000000000000000001'],
    ['::ffff:1.2.3.4', '01020304'],
    ['::ffff:102:304', '01020304'],
    ['64:ff9b::1.2.3.4', '0064ff9b000000000000000001020304'],
    ['1:2:3:4:5:6:1.2.3.4', '00010002000300040005000601020304'],
  ])('%s is %s', (text, hex) => {
    expect(parseIp(text)?.toString('hex')).toBe(hex);
  });

  it.each([
    '',
    'a',
    '1.2.3',
    '1.2.3.4.5',
    '01.2.3.4',
    '256.1.1.1',
    '1.2.3.4 ',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7:8::',
    '1:2:3:4:5:6:7:8:9',
    '12345::',
    'fe80::1%eth0',
    '1.2.3.4::',
    ':1::2',
    '1:2:3:4:5:6:7:1.2.3.4',
    '1:2:3',
    '::g',
  ])('%j is none', (text) => {
    expect(parseIp(text)).toBeUndefined();
  });
});
