import { type AppErrorCode, toAppError } from '@shared/model/app-error.ts';
import { contentsKey, contentsLimits, type ImageContents, type ImageLayer } from '@shared/model/image-contents.ts';
import type { OutputImage } from '@shared/model/run.ts';
import type { RunLogWriter } from '../journal.ts';
import { readAttestations } from './attestations.ts';
import { imageNameOf } from './image-name.ts';
import { readKeptPlatforms } from './kept-contents.ts';
import type { RunParts } from './run-parts.ts';

/** Of an image that was pushed: what a registry says whose disk was full or is damaged (distribution keeps empty files then). */
const givesNothingBack: ReadonlySet<AppErrorCode> = new Set([
  'registry.failed',
  'registry.notFound',
  'registry.invalid',
]);

/** What is known of how an image was made, to tell its own layers from those of its base. */
export interface MadeImage {
  readonly image: OutputImage;
  /** Keywords of the Dockerfile's instructions that made it (`baseImages`); absent where nobody knows them. */
  readonly instructions?: readonly string[] | undefined;
  /** Attestations were asked for: they lie in the engine beside the image. */
  readonly attested?: boolean | undefined;
}

/**
 * Keeps what the images of a run are made of, each digest once: from the registry for pushed ones, from the engine for the others.
 * What can't be read is told in the log, and fails nothing; a registry that doesn't give back what it took is a finding.
 */
export async function recordContents(
  runId: string,
  made: readonly MadeImage[],
  parts: Pick<RunParts, 'engine' | 'registry' | 'imageContents' | 'store'>,
  log: RunLogWriter,
  signal: AbortSignal,
): Promise<void> {
  const once = new Map(made.flatMap((each) => [[contentsKey(each.image), each] as const]));
  await Promise.all(
    [...once].map(async ([key, { image, instructions, attested = false }]) => {
      if (key === undefined) return;
      try {
        const contents = await contentsOf(key, image, parts, signal);
        const found = attested
          ? await readAttestations(key, (digest, maxBytes) => parts.engine.content(digest, maxBytes, signal))
          : [];
        for (const { attestation, statement } of found) {
          // The most detailed provenance holds build arguments.
          if (statement !== undefined)
            await parts.imageContents.keepStatement(runId, attestation.digest, log.masked(statement));
        }
        await parts.imageContents.keep(
          runId,
          key,
          contents.map((each) => ({
            ...bounded(withBase(each, instructions), log),
            attestations: found
              .filter(({ platform }) => platform === undefined || contents.length === 1 || platform === each.platform)
              .map(({ attestation }) => attestation),
          })),
        );
      } catch (error) {
        signal.throwIfAborted();
        const { code, cause = '' } = toAppError(error);
        const name = imageNameOf(image) || key;
        const [reason = ''] = cause.split('\n', 1);
        log.engineLine('', `WARNING: the layers of ${name} could not be read (${code}): ${reason}`);
        if (image.pushed && givesNothingBack.has(code))
          parts.store.addFinding(runId, { code: 'registry.pushedUnreadable', params: { image: name, reason } });
      }
    }),
  );
}

async function contentsOf(
  image: string,
  output: OutputImage,
  { engine, registry }: Pick<RunParts, 'engine' | 'registry'>,
  signal: AbortSignal,
): Promise<readonly ImageContents[]> {
  if (output.pushed) {
    const platforms = await registry.contents(`${output.registry}/${output.repository}@${image}`, signal);
    return platforms.map(({ platform, layers }) => ({
      image,
      measure: 'compressed',
      layers: [...layers],
      omitted: 0,
      attestations: [],
      ...(platform === undefined ? {} : { platform }),
    }));
  }
  const whole = { image, omitted: 0, attestations: [] };
  if (output.digest !== undefined && output.platform?.includes(',') === true) {
    const read = (digest: string, maxBytes: number) => engine.content(digest, maxBytes, signal);
    return (await readKeptPlatforms(output.digest, read)).map((each) => ({ ...whole, ...each }));
  }
  const layers = await engine.layers(output.imageId ?? image, signal);
  const platform = output.platform === undefined ? {} : { platform: output.platform };
  return [{ ...whole, measure: 'unpacked', layers: [...layers], ...platform }];
}

function withBase(contents: ImageContents, instructions: readonly string[] | undefined): ImageContents {
  const own = instructions === undefined ? undefined : countOwn(contents.layers, instructions);
  return own === undefined ? contents : { ...contents, baseLayers: contents.layers.length - own };
}

/**
 * How many of the last entries of a history these instructions made; `undefined` where they don't fit together. Each instruction
 * makes one entry, in BuildKit and before it, so the base image needn't be asked for: a registry counts that as a pull.
 */
export function countOwn(layers: readonly ImageLayer[], instructions: readonly string[]): number | undefined {
  const history = layers.map(({ instruction }) => keywordOf(instruction));
  // The builder before BuildKit makes one more of all `--label`s.
  const labels = history.at(-1) === 'LABEL' && instructions.at(-1) !== 'LABEL' ? 1 : 0;
  const own = instructions.length + labels;
  const theirs = history.slice(history.length - own, history.length - labels);
  return own <= history.length && theirs.every((keyword, index) => keyword === instructions[index]) ? own : undefined;
}

/** `RUN`, `COPY`, …; what names none was run, as builders before BuildKit tell it. */
function keywordOf(instruction: string): string {
  const text = instruction.replace(/^\/bin\/sh -c #\(nop\)\s+/, '');
  return /^([A-Z]+)(?=\s|$)/.exec(text)?.[1] ?? 'RUN';
}

/** A history names the values of build arguments, secret ones too. */
function bounded(contents: ImageContents, log: Pick<RunLogWriter, 'masked'>): ImageContents {
  const omitted = Math.max(0, contents.layers.length - contentsLimits.layers);
  return {
    ...contents,
    // The highest are what the build made.
    layers: contents.layers.slice(omitted).map((layer) => ({
      ...layer,
      instruction: log.masked(layer.instruction).slice(0, contentsLimits.instruction),
    })),
    omitted,
    ...(contents.baseLayers === undefined ? {} : { baseLayers: Math.max(0, contents.baseLayers - omitted) }),
  };
}
