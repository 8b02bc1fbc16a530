import { randomBytes } from 'node:crypto';
import { isGone } from '../failures.ts';
import type { FoundEngine } from '../find-engine.ts';
import type { Client } from '../client.ts';
import { creationFailure } from './container-failure.ts';
import { labelsOf, uniqueName } from './names.ts';

/** A network of a task. */
export interface NetworkPlan {
  readonly name: string;
  readonly driver?: string | undefined;
  readonly ipv6: boolean;
}

/**
 * Makes a network under a name of its own; answers that name.
 * @throws AppFailure `container.invalid` for a driver that the engine doesn't have; or the connection's error
 */
export async function createNetwork(
  { client: { docker }, info }: FoundEngine,
  homeId: string,
  runId: string,
  { name, driver = info.os === 'windows' ? 'nat' : 'bridge', ipv6 }: NetworkPlan,
  signal: AbortSignal,
): Promise<string> {
  const Name = uniqueName(runId, name);
  try {
    await docker.createNetwork({
      Name,
      Driver: driver,
      CheckDuplicate: true,
      Labels: labelsOf(homeId, runId),
      ...(ipv6 ? { EnableIPv6: true, IPAM: { Driver: 'default', Config: [{ Subnet: uniqueLocalSubnet() }] } } : {}),
      abortSignal: signal,
    });
    return Name;
  } catch (error) {
    signal.throwIfAborted();
    throw creationFailure(error);
  }
}

/** A range of our own, for older engines (20.10) have none to choose from (RFC 4193: fd and 40 bits by chance). */
function uniqueLocalSubnet(): string {
  const id = randomBytes(7).toString('hex');
  return `fd${id.slice(0, 2)}:${id.slice(2, 6)}:${id.slice(6, 10)}:${id.slice(10, 14)}::/64`;
}

/** @throws the engine's refusal or the connection's error; not where the network is gone */
export async function removeNetwork({ docker }: Client, name: string, signal: AbortSignal): Promise<void> {
  await unlessGone(docker.getNetwork(name).remove({ abortSignal: signal }), signal);
}

/** Makes a volume under a name of its own; answers that name. @throws the engine's refusal or the connection's error */
export async function createVolume(
  { docker }: Client,
  homeId: string,
  runId: string,
  purpose: string,
  signal: AbortSignal,
): Promise<string> {
  const Name = uniqueName(runId, purpose);
  await docker.createVolume({ Name, Labels: labelsOf(homeId, runId), abortSignal: signal });
  return Name;
}

/** @throws the engine's refusal or the connection's error; not where the volume is gone */
export async function removeVolume({ docker }: Client, name: string, signal: AbortSignal): Promise<void> {
  await unlessGone(docker.getVolume(name).remove({ abortSignal: signal }), signal);
}

async function unlessGone(removal: Promise<unknown>, signal: AbortSignal): Promise<void> {
  try {
    await removal;
  } catch (error) {
    signal.throwIfAborted();
    if (!isGone(error)) throw error;
  }
}
