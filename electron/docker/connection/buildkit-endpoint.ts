import { dockerContainerEndpoint, type StartInContainer } from './docker-container.ts';
import { type Endpoint, type EndpointOptions, parseEndpoint } from './endpoint.ts';
import { kubePodEndpoint } from './kube-pod.ts';

/** Of the port that BuildKit's own documents use. */
const usualPort = 1234;

/** What an address of BuildKit is read with. */
export interface BuildKitEndpointOptions extends Pick<EndpointOptions, 'env' | 'tls'> {
  /** For one in a container. */
  readonly startInContainer: StartInContainer;
}

/**
 * Reads the address of a BuildKit that stands by itself: `tcp://host[:1234]`, `unix:///path`, `npipe:…`, `ssh://user@host[/socket]`,
 * `kube-pod://name?…` or `docker-container://name?…`.
 * @throws InvalidAddress
 */
export function parseBuildKitEndpoint(
  address: string,
  { env, tls, startInContainer }: BuildKitEndpointOptions,
): Endpoint {
  if (address.startsWith('kube-pod:')) return kubePodEndpoint(address, env);
  if (address.startsWith('docker-container:')) return dockerContainerEndpoint(address, startInContainer);
  // Go's gRPC insists on hearing what is spoken over TLS.
  return parseEndpoint(withPort(address), { env, tls, alpn: ['h2'], farProgram: 'buildctl' });
}

/** With BuildKit's port, where an address of the network has none. */
function withPort(address: string): string {
  return /^tcp:\/\/(\[[^\]]*\]|[^:/]+)\/?$/.test(address) ? `${address.replace(/\/$/, '')}:${usualPort}` : address;
}
