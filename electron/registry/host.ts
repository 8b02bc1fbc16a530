import { parseImageReference } from '@shared/model/image-reference.ts';
import { invalidAnswer } from './failures.ts';

/** Docker Hub's name in references, and the machine that serves it. */
const dockerHub = 'docker.io';
const dockerHubServer = 'registry-1.docker.io';

/**
 * Whether this is a registry's host as it stands in a reference, with or without a port. `myreg` is none: in `myreg/app`
 * it is a part of a name on Docker Hub.
 */
export function isRegistryHost(host: string): boolean {
  if (host.includes('/')) return false;
  try {
    return parseImageReference(`${host}/name`).registry === host;
  } catch {
    return false; // the one thing that parsing throws for: no reference
  }
}

/**
 * Where a registry may answer, the best first: https, and plain http only on this machine itself, as Docker's default
 * has it (127.0.0.0/8, ::1 and localhost are "insecure registries").
 * @throws AppFailure `registry.invalid` for a host and port that no URL takes, such as `reg.example:99999`
 */
export function originsOf(host: string): readonly string[] {
  const server = host === dockerHub ? dockerHubServer : host;
  if (!URL.canParse(`https://${server}`)) throw invalidAnswer({ registry: host }, 'not a host and a port');
  const secure = new URL(`https://${server}`);
  return isLoopback(secure.hostname) ? [secure.origin, new URL(`http://${server}`).origin] : [secure.origin];
}

/** Whether a URL's host name means this machine. */
export function isLoopback(hostname: string): boolean {
  const name = hostname.toLowerCase();
  return name === 'localhost' || name === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(name);
}
