import type Docker from 'dockerode';
import type { ContainerMount, ContainerNetwork, ContainerSpec } from '../../engine/ports/containers.ts';
import type { Client } from '../client.ts';
import { creationFailure } from './container-failure.ts';
import { labelsOf, uniqueName } from './names.ts';
import { parsePorts } from './port-mappings.ts';
import { parseCpus, parseMemory } from './quantities.ts';

type Body = Docker.ContainerCreateOptions;

/**
 * Makes a container; answers its id.
 * @throws AppFailure `image.notFound`, `container.invalid`; or the connection's error when the engine goes away
 */
export async function createContainer(
  client: Client,
  homeId: string,
  spec: ContainerSpec,
  signal: AbortSignal,
): Promise<string> {
  const { runId, stepId, platform, image } = spec;
  const query = { name: uniqueName(runId, stepId), ...(platform === undefined ? {} : { platform }) };
  return postContainer(client, query, bodyOf(spec, labelsOf(homeId, runId)), image, signal);
}

/**
 * Asks for a container. What it is made of must not be in the address, where dockerode puts all that it isn't told about:
 * variables may be secrets, and addresses are logged.
 * @throws as {@link createContainer}
 */
export async function postContainer(
  { docker }: Client,
  query: { readonly name: string; readonly platform?: string },
  body: Body,
  image: string,
  signal: AbortSignal,
): Promise<string> {
  const options = { _query: query, _body: body, abortSignal: signal };
  try {
    return (await docker.createContainer(options)).id;
  } catch (error) {
    signal.throwIfAborted();
    throw creationFailure(error, image);
  }
}

/** The body of `POST /containers/create`, as `docker run` asks for it. @throws AppFailure `container.invalid` */
export function bodyOf(spec: ContainerSpec, labels: Record<string, string>): Body {
  const { entryPoint, args, cpus, memory } = spec;
  const { exposed, bindings } = parsePorts(spec.ports, spec.expose);
  const [networkMode, networking] = networkOf(spec.network);
  return {
    Image: spec.image,
    ...(args.length === 0 ? {} : { Cmd: [...args] }),
    // An empty one is told as one empty word (docker/cli: --entrypoint ""); none at all would mean the image's.
    ...(entryPoint === undefined ? {} : { Entrypoint: entryPoint.length === 0 ? [''] : [...entryPoint] }),
    Env: [...spec.env],
    ...(spec.workingDirectory === undefined ? {} : { WorkingDir: spec.workingDirectory }),
    ...(spec.user === undefined ? {} : { User: spec.user }),
    Tty: spec.terminal === true,
    Labels: labels,
    ExposedPorts: { ...exposed },
    HostConfig: {
      NetworkMode: networkMode,
      Privileged: spec.privileged,
      ...(spec.isolation === undefined ? {} : { Isolation: spec.isolation }),
      ...(cpus === undefined ? {} : { NanoCpus: parseCpus(cpus) }),
      ...(memory === undefined ? {} : { Memory: parseMemory(memory) }),
      PortBindings: bindings,
      Mounts: spec.mounts.map((mount) => mountOf(mount)) as Docker.MountConfig,
      // We take the output as it comes; the engine would write all of it to its disk once more.
      LogConfig: { Type: 'none', Config: {} },
    },
    ...networking,
  };
}

function networkOf(network: ContainerNetwork): readonly [mode: string, Pick<Body, 'NetworkingConfig'>] {
  switch (network.kind) {
    case 'network': {
      const endpoint = { Aliases: [...network.aliases] };
      return [network.name, { NetworkingConfig: { EndpointsConfig: { [network.name]: endpoint } } }];
    }
    case 'host':
    case 'none':
      return [network.kind, {}];
    case 'default':
      return ['default', {}];
  }
}

function mountOf(mount: ContainerMount) {
  const { path: Target, readOnly: ReadOnly = false } = mount;
  switch (mount.kind) {
    case 'bind':
      return { Type: isPipe(mount.source) ? 'npipe' : 'bind', Source: mount.source, Target, ReadOnly };
    case 'volume':
      // One that isn't there is made by the engine and stays, as with docker: the run's own were made before.
      return { Type: 'volume', Source: mount.volume, Target, ReadOnly };
  }
}

/** A named pipe of Windows, where engines are reached there. */
function isPipe(source: string): boolean {
  return /^[\\/]{2}\.[\\/]pipe[\\/]/i.test(source);
}
