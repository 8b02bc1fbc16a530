import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import os from 'node:os';
import { appFailure } from '@shared/model/app-error.ts';
import type { EngineInfo } from '@shared/model/engine-status.ts';
import { type BuildKitProfile, probeBuildKit } from './buildkit/probe.ts';
import { askVersion, type Client, connect, type EngineAnswer, ping } from './client.ts';

/** The first API with BuildKit's end points: Docker 18.09. Podman answers as 1.40 and later. */
const oldestApi = [1, 39] as const;

/** What an engine told about itself, and what builds need to know of it. */
export interface EngineDescription {
  readonly info: EngineInfo;
  /** `undefined` where it does not speak BuildKit. */
  readonly buildkit: BuildKitProfile | undefined;
}

/** Makes sure that an engine answers. @throws the connection's error, or why this is none */
export async function greetEngine(client: Client, signal: AbortSignal): Promise<EngineAnswer> {
  await ping(client, signal);
  return askVersion(client, signal);
}

/**
 * Finds out what an engine that answers can do.
 * @throws AppFailure `engine.tooOld`; or the connection's error
 */
export async function describeEngine(
  client: Client,
  source: EngineInfo['source'],
  { version, info }: EngineAnswer,
  signal: AbortSignal,
): Promise<EngineDescription> {
  const { endpoint } = client;
  const [major = 0, minor = 0] = version.ApiVersion.split('.').map(Number);
  if (major < oldestApi[0] || (major === oldestApi[0] && minor < oldestApi[1])) {
    throw appFailure('engine.tooOld', {
      params: {
        host: endpoint.host,
        version: version.Version,
        apiVersion: version.ApiVersion,
        needed: oldestApi.join('.'),
      },
      fixes: [{ kind: 'chooseEngine' }],
    });
  }
  const buildkit = await probeBuildKit((stop) => connect(endpoint, stop), signal);
  const diskFree = await freeSpace(client, info);
  return {
    info: {
      host: endpoint.host,
      source,
      product: productOf({ version, info }),
      version: version.Version,
      apiVersion: version.ApiVersion,
      os: version.Os,
      architecture: version.Arch,
      builder: buildkit?.kind ?? 'tar',
      buildShell: buildkit?.buildShell ?? 'none',
      storageDriver: info.Driver,
      platforms: [...(buildkit?.platforms ?? [`${version.Os}/${version.Arch}`])],
      ...(diskFree === undefined ? {} : { diskFree }),
      embedded: source === 'embedded',
    },
    buildkit,
  };
}

/** As people call it. Debian's engine leaves its platform's name empty. */
function productOf({ version, info }: EngineAnswer): string {
  if (version.Components?.some(({ Name }) => /podman/i.test(Name)) === true) return 'Podman';
  if (/docker desktop/i.test(version.Platform.Name + info.OperatingSystem)) return 'Docker Desktop';
  return 'Docker';
}

/** Bytes free where the engine keeps its data; `undefined` where that is another machine, also a virtual one. */
async function freeSpace(
  { endpoint }: Client,
  { Name, DockerRootDir }: EngineAnswer['info'],
): Promise<number | undefined> {
  const here = endpoint.local && process.platform === 'linux' && Name === os.hostname();
  if (!here || !existsSync(DockerRootDir)) return undefined;
  const { bavail, bsize } = await statfs(DockerRootDir);
  return bavail * bsize;
}
