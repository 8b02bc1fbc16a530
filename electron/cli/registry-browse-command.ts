import { formatBytes } from '@shared/format/bytes.ts';
import { appFailure } from '@shared/model/app-error.ts';
import { parseImageReference } from '@shared/model/image-reference.ts';
import type { ManifestDetails } from '@shared/model/registry-content.ts';
import type { Runtime } from '../runtime.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { Messages } from './messages.ts';
import type { Output } from './output.ts';

interface ListingFlags {
  readonly top: string;
  readonly json: boolean;
}

interface Piece {
  readonly names: readonly string[];
  readonly next?: string | undefined;
}

/** Prints the repositories of a registry, a line each. */
export async function listRepositories(
  runtime: Runtime,
  host: string,
  flags: ListingFlags,
  output: Output,
  { t }: Messages,
  signal: AbortSignal,
): Promise<ExitCode> {
  return await printNames(flags, output, t('registry.more'), 'repository', async (after) => {
    const { repositories: names, next } = await runtime.handlers.registries.repositories({ host, after }, signal);
    return { names, next };
  });
}

/** Prints the tags of a repository, a line each. */
export async function listTags(
  runtime: Runtime,
  text: string,
  flags: ListingFlags,
  output: Output,
  { t }: Messages,
  signal: AbortSignal,
): Promise<ExitCode> {
  const { registry: host, repository } = parseImageReference(text);
  return await printNames(flags, output, t('registry.more'), 'tag', async (after) => {
    const { tags: names, next } = await runtime.handlers.registries.tags({ host, repository, after }, signal);
    return { names, next };
  });
}

/** Goes through the pieces of a list until it ends, or enough of it was printed. */
async function printNames(
  { top, json }: ListingFlags,
  output: Output,
  more: string,
  member: string,
  piece: (after: string | undefined) => Promise<Piece>,
): Promise<ExitCode> {
  const most = Number(top);
  if (!Number.isSafeInteger(most) || most < 1)
    throw appFailure('request.invalid', { params: { reason: `--top ${top}: a number from 1 on` } });
  let printed = 0;
  let after: string | undefined;
  do {
    const { names, next } = await piece(after);
    // A registry that sends us on without ever giving a name would do so for ever.
    if (names.length === 0) break;
    for (const name of names.slice(0, most - printed)) {
      if (json) output.event({ [member]: name });
      else output.result(name);
    }
    const left = names.length > most - printed || next !== undefined;
    printed += Math.min(names.length, most - printed);
    if (printed === most && left) output.progress(more);
    after = printed === most ? undefined : next;
  } while (after !== undefined);
  return exitCodes.succeeded;
}

/** Prints what a manifest says: its platforms, or its layers and configuration. */
export async function showManifest(
  runtime: Runtime,
  image: string,
  json: boolean,
  output: Output,
  { t }: Messages,
  signal: AbortSignal,
): Promise<ExitCode> {
  const details = await runtime.handlers.registries.manifest({ image }, signal);
  if (json) {
    output.event(details);
    return exitCodes.succeeded;
  }
  const line = (name: string, value: string | undefined) => {
    if (value !== undefined && value !== '') output.result(`${t(`registry.manifest.${name}`)}\t${value}`);
  };
  line('digest', details.digest);
  line('mediaType', details.mediaType);
  line('artifactType', details.artifactType);
  printContent(details, line, output, t('registry.manifest.attestation'));
  const { registry, repository } = parseImageReference(image);
  line('pull', `docker pull ${registry}/${repository}@${details.digest}`);
  return exitCodes.succeeded;
}

function printContent(
  details: ManifestDetails,
  line: (name: string, value: string | undefined) => void,
  output: Output,
  attestation: string,
): void {
  if (details.kind === 'index') {
    for (const { digest, platform, attests } of details.entries)
      output.result([digest, attests === undefined ? (platform ?? '') : `${attestation} ${attests}`].join('\t'));
    return;
  }
  const { config, layers, layersSize } = details;
  line('platform', config?.platform);
  line('created', config?.created);
  line('entryPoint', config && shown(config.entryPoint));
  line('command', config && shown(config.command));
  for (const variable of config?.env ?? []) line('env', variable);
  for (const { name, value } of config?.labels ?? []) line('label', `${name}=${value}`);
  line('size', formatBytes(layersSize));
  for (const { digest, size, predicate } of layers)
    output.result([digest, formatBytes(size), ...(predicate === undefined ? [] : [predicate])].join('\t'));
}

function shown(words: readonly string[]): string | undefined {
  return words.length === 0 ? undefined : JSON.stringify(words);
}
