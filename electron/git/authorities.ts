/** Whose certificates git takes: those that its environment and its system name, beside those that Node brings along. */
import { readFile } from 'node:fs/promises';
import tls from 'node:tls';

/** Where systems of the kind keep them: Debian and Alpine, Fedora, openSUSE, the BSDs. Go's `crypto/x509` looks there. */
const bundles = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];
const named = ['GIT_SSL_CAINFO', 'SSL_CERT_FILE', 'CURL_CA_BUNDLE'];

/** From Node 22.15 on. */
const system: typeof tls & { readonly getCACertificates?: (kind: 'system') => readonly string[] } = tls;

/** For connections of our own that take the place of git's. */
export async function gitAuthorities(env: NodeJS.ProcessEnv): Promise<tls.SecureContext> {
  const files = [...named.flatMap((name) => env[name] ?? []), ...bundles];
  // What can't be read names nobody; a server that needed it will be told to be unknown.
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')));
  const blocks = texts.flatMap(
    (text) => text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [],
  );
  return tls.createSecureContext({
    ca: [...new Set([...tls.rootCertificates, ...(system.getCACertificates?.('system') ?? []), ...blocks])],
  });
}
