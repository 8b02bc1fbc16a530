// Certificates as an engine behind TLS has them: an authority, one for the server, one for a client.
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { ensurePackages } from '../setup/debian.mjs';

export interface Authority {
  /** `ca.pem` */
  readonly certificate: string;
  /** Writes `ca.pem`, `cert.pem` and `key.pem` into a folder: who it is for, until when. */
  issue(folder: string, options: { readonly names?: string; readonly days?: number }): Promise<void>;
}

export async function createAuthority(folder: string): Promise<Authority> {
  await ensurePackages(['git']); // openssl is among them
  await mkdir(folder, { recursive: true });
  const certificate = path.join(folder, 'ca.pem');
  const authorityKey = path.join(folder, 'ca-key.pem');
  const openssl = (args: readonly string[]) => promisify(execFile)('openssl', [...args], { cwd: folder });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  await openssl([
    'req',
    '-x509',
    ...newKey,
    '-days',
    '2',
    '-subj',
    '/CN=authority of a test',
    '-keyout',
    authorityKey,
    '-out',
    certificate,
  ]);
  return {
    certificate,
    async issue(to, { names, days = 2 }) {
      await mkdir(to, { recursive: true });
      const [key, request, cert] = ['key.pem', 'request.pem', 'cert.pem'].map((name) => path.join(to, name));
      const extensions = path.join(to, 'extensions');
      const use = names === undefined ? 'clientAuth' : 'serverAuth';
      await writeFile(extensions, `extendedKeyUsage=${use}\n${names === undefined ? '' : `subjectAltName=${names}\n`}`);
      await openssl(['req', ...newKey, '-subj', '/CN=test', '-keyout', key ?? '', '-out', request ?? '']);
      const signed = ['-CA', certificate, '-CAkey', authorityKey, '-CAcreateserial', '-extfile', extensions];
      await openssl(['x509', '-req', '-in', request ?? '', ...signed, '-days', String(days), '-out', cert ?? '']);
      await promisify(execFile)('cp', [certificate, path.join(to, 'ca.pem')]);
    },
  };
}
