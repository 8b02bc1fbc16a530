import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensurePackages } from '../../../../scripts/setup/debian.mjs';
import { now, render } from '../test-template.ts';

describe('what openssl says of', () => {
  let work: string;
  const at = (name: string) => path.join(work, name);
  const openssl = async (...args: readonly string[]) => {
    const { stdout, stderr } = await promisify(execFile)('openssl', [...args]);
    return `${stdout}${stderr}`;
  };

  beforeAll(async () => {
    await ensurePackages(['git']); // openssl is among them
    work = await mkdtemp(path.join(os.tmpdir(), 'slipway-keys-'));
  });
  afterAll(() => rm(work, { recursive: true, force: true }));

  it('a chain', async () => {
    const { text } = render(
      '{{ $ca := genCA "an authority" 30 }}{{ $c := genSignedCert "이름" (list "10.0.0.1") (list "a.example") 30 $ca }}{{ $ca.Cert }}|{{ $c.Cert }}|{{ $c.Key }}',
    );
    const [ca = '', cert = '', key = ''] = text.split('|');
    await Promise.all([
      writeFile(at('ca.pem'), ca),
      writeFile(at('cert.pem'), cert),
      writeFile(at('key.pem'), key, { mode: 0o600 }),
    ]);
    const time = ['-attime', String(now / 1000 + 60)];
    for (const purpose of ['sslserver', 'sslclient']) {
      const wanted = ['-purpose', purpose, '-verify_hostname', 'a.example', '-verify_ip', '10.0.0.1'];
      const verified = await openssl('verify', ...time, '-CAfile', at('ca.pem'), ...wanted, at('cert.pem'));
      expect(verified).toContain('OK');
    }
    expect(await openssl('rsa', '-check', '-noout', '-in', at('key.pem'))).toContain('RSA key ok');
    expect(await openssl('x509', '-pubkey', '-noout', '-in', at('cert.pem'))).toBe(
      await openssl('pkey', '-pubout', '-in', at('key.pem')),
    );
    const shown = await openssl('x509', '-noout', '-text', '-in', at('cert.pem'));
    expect(shown).toMatch(/Key Usage: critical\s+Digital Signature, Key Encipherment/);
    expect(shown).toMatch(/Basic Constraints: critical\s+CA:FALSE/);
    expect(await openssl('x509', '-noout', '-text', '-in', at('ca.pem'))).toMatch(
      /Key Usage: critical\s+Digital Signature, Key Encipherment, Certificate Sign/,
    );
  });

  it.each(['', 'ecdsa', 'dsa'])('a key of %j', async (type) => {
    await writeFile(at('private.pem'), render(`{{ genPrivateKey "${type}" }}`).text, { mode: 0o600 });
    expect(await openssl('pkey', '-check', '-noout', '-in', at('private.pem'))).toContain('Key is valid');
  });
});
