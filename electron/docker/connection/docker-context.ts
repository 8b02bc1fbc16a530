import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { dockerConfigFolder, set, words } from './docker-environment.ts';
import { parseEndpoint } from './endpoint.ts';
import { at, nowhere, skipped, type Place, type SearchWorld, type Strategy } from './strategy.ts';
import { readTlsMaterial } from './tls-material.ts';

const ClientConfig = z.object({ currentContext: z.string().optional() });

/** `contexts/meta/<id>/meta.json` of Docker's client. */
const ContextMeta = z.object({
  Endpoints: z.object({ docker: z.object({ Host: z.string(), SkipTLSVerify: z.boolean().default(false) }) }),
});

/**
 * The context of Docker's client: `DOCKER_CONTEXT`, else `currentContext` of its configuration. The context called
 * `default` means "no context": then the usual places are tried.
 */
export const dockerContext: Strategy = {
  source: 'dockerContext',
  choice: 'explicit',
  async places(world) {
    const folder = dockerConfigFolder(world);
    try {
      const name = set(world.env['DOCKER_CONTEXT']) ?? (await currentContext(folder));
      if (name === undefined || name === 'default') return [skipped('defaultContext')];
      return [await placeOfContext(name, folder, world)];
    } catch (error) {
      return [nowhere('failed', words(error))];
    }
  },
};

async function currentContext(folder: string): Promise<string | undefined> {
  const file = path.join(folder, 'config.json');
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  return set(read(ClientConfig, text, file).currentContext);
}

async function placeOfContext(name: string, folder: string, world: SearchWorld): Promise<Place> {
  // The client names a context's folder after the digest of its name.
  const id = createHash('sha256').update(name).digest('hex');
  const file = path.join(folder, 'contexts', 'meta', id, 'meta.json');
  try {
    const { Host, SkipTLSVerify } = read(ContextMeta, await readFile(file, 'utf8'), file).Endpoints.docker;
    const material = await readTlsMaterial(path.join(folder, 'contexts', 'tls', id, 'docker'), !SkipTLSVerify);
    const secured = SkipTLSVerify || material.ca !== undefined || material.cert !== undefined;
    return at(parseEndpoint(Host, { env: world.env, tls: secured ? material : undefined }));
  } catch (error) {
    return nowhere('failed', `docker context "${name}": ${words(error)}`);
  }
}

function read<T>(schema: z.ZodType<T>, text: string, file: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`${file} is no JSON`, { cause: error });
  }
  const result = schema.safeParse(value);
  if (!result.success) throw new Error(`${file}: ${result.error.issues.map((issue) => issue.message).join(', ')}`);
  return result.data;
}
