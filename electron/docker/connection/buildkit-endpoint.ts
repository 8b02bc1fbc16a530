import { type Endpoint, type EndpointOptions, InvalidAddress, parseEndpoint } from './endpoint.ts';
import { kubePodEndpoint } from './kube-pod.ts';

/** Of the port that BuildKit's own documents use. */
const usualPort = 1234;

/**
 * Reads the address of a BuildKit that stands by itself: `tcp://host[:1234]`, `unix:///path`, `npipe:…` or `kube-pod://name?…`.
 * @throws InvalidAddress
 */
export function parseBuildKitEndpoint(address: string, { env, tls }: Pick<EndpointOptions, 'env' | 'tls'>): Endpoint {
  if (address.startsWith('kube-pod:')) return kubePodEndpoint(address, env);
  // Go's gRPC insists on hearing what is spoken over TLS.
  const endpoint = parseEndpoint(withPort(address), { env, tls, alpn: ['h2'] });
  if (endpoint.host.startsWith('ssh:'))
    throw new InvalidAddress('BuildKit by itself is reached by tcp://, unix:// or kube-pod://');
  return endpoint;
}

/** With BuildKit's port, where an address of the network has none. */
function withPort(address: string): string {
  return /^tcp:\/\/(\[[^\]]*\]|[^:/]+)\/?$/.test(address) ? `${address.replace(/\/$/, '')}:${usualPort}` : address;
}
