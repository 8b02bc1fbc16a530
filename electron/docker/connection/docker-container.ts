import { EngineName } from '@shared/model/named-engine.ts';
import { ContainerConnection, type StartedProgram } from './container-connection.ts';
import { type Endpoint, InvalidAddress } from './endpoint.ts';

/** Starts a program in a running container of the engine of this name, of the one that is looked for without a name. */
export type StartInContainer = (
  engine: string | undefined,
  container: string,
  command: readonly string[],
  signal: AbortSignal,
) => Promise<StartedProgram>;

/** moby: daemon/names, RestrictedNameChars; ids are of it too. */
const containerName = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,254}$/;

/**
 * Reads `docker-container://name?engine=…`: BuildKit in a container of an engine, the one that is looked for where none is named. As
 * buildx has it, `buildctl dial-stdio` is run in there, but by the engine's own API: no docker binary is needed.
 * @throws InvalidAddress
 */
export function dockerContainerEndpoint(address: string, start: StartInContainer): Endpoint {
  const [, name = '', query = ''] = /^docker-container:\/\/([^/?#]*)\/?(?:\?([^#]*))?$/.exec(address) ?? [];
  if (!containerName.test(name)) throw new InvalidAddress('docker-container:// is followed by the name of a container');
  const given = new URLSearchParams(query);
  for (const key of given.keys())
    if (key !== 'engine') throw new InvalidAddress(`a container is told by its engine, not by ${key}`);
  const [engine, ...more] = given.getAll('engine');
  if (more.length > 0) throw new InvalidAddress('engine is there twice');
  if (engine !== undefined && !EngineName.safeParse(engine).success)
    throw new InvalidAddress(`this is no name of an engine: ${engine}`);
  return {
    host: `docker-container://${name}${engine === undefined ? '' : `?engine=${engine}`}`,
    local: false,
    dial: () =>
      new ContainerConnection(`buildctl in ${name}`, (signal) =>
        start(engine, name, ['buildctl', 'dial-stdio'], signal),
      ),
  };
}
