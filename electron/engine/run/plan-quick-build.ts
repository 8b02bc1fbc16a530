import { appFailure } from '@shared/model/app-error.ts';
import { familiarName, parseImageReference, prefixTag, withDefaultTag } from '@shared/model/image-reference.ts';
import type { EngineInfo } from '@shared/model/engine-status.ts';
import type { Platform } from '@shared/model/platform.ts';
import type { BuildArg, QuickBuildRequest } from '@shared/model/quick-build.ts';
import type { Finding, RunSource } from '@shared/model/run.ts';
import { parseAttestations, parseCacheOption } from '../command-line/build-options.ts';
import type { Attestation, CacheEntry } from '../ports.ts';
import { renderRunVariables, runVariables } from '../templating/run-variables.ts';
import { assertBuilderCan } from './builder-abilities.ts';

/** An image that a build writes, by its full name, and whether it is pushed. */
export interface PlannedImage {
  readonly image: string;
  readonly push: boolean;
}

/** A quick build with its templates rendered and its names prefixed. */
export interface QuickBuildPlan {
  readonly images: readonly PlannedImage[];
  readonly buildArgs: readonly BuildArg[];
  readonly target: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly cacheFrom: readonly CacheEntry[];
  readonly cacheTo: readonly CacheEntry[];
  readonly attestations: readonly Attestation[];
  /** Private keys that templates of it made: nobody was told them before. */
  readonly madeSecrets: readonly string[];
  readonly findings: readonly Finding[];
}

/** What a plan depends on beside the request. */
export interface PlanFacts {
  readonly runId: string;
  /** When the run starts: ms since 1970, UTC. */
  readonly startedAt: number;
  /** The default registry of the settings, or empty. */
  readonly defaultRegistry: string;
  /** Hosts that a credential is known for; names that begin with one of them keep their name (spec: task-yaml 7.9). */
  readonly knownHosts: readonly string[];
  /** How the engine builds; absent while none is known. */
  readonly builder?: EngineInfo['builder'] | undefined;
  readonly enginePlatform: Pick<Platform, 'os' | 'architecture'>;
  /** What the context turned out to be; absent for a folder, and before it was fetched. */
  readonly source?: RunSource | undefined;
}

/**
 * Says what a quick build will write. Rendering comes first, prefixes after it, as in ACR; every tag that has no registry
 * stays in the engine when there is no registry to prefix it with.
 * @throws AppFailure `template.invalid`, `image.invalidReference`, `registry.missing`; `request.invalid`, `build.cacheUnsupported`,
 * `build.attestationsUnsupported`
 */
export function planQuickBuild(request: QuickBuildRequest, facts: PlanFacts): QuickBuildPlan {
  const registry = request.registry ?? facts.defaultRegistry;
  const variables = runVariables({
    runId: facts.runId,
    registry,
    startedAt: facts.startedAt,
    platform: request.platforms[0] ?? facts.enginePlatform,
    source: facts.source,
  });
  const findings: Finding[] = [];
  const madeSecrets: string[] = [];
  const render = (text: string, aliased: boolean) => {
    const rendered = renderRunVariables(text, variables, aliased, facts.startedAt);
    madeSecrets.push(...rendered.madeSecrets);
    return rendered;
  };

  const images = request.tags.map((template): PlannedImage => {
    if (registry === '' && /\$Registry(?!\w)|\{\{\s*\.Run\.Registry\s*\}\}/.test(template)) {
      throw appFailure('registry.missing', {
        params: { text: template },
        fixes: [{ kind: 'setDefaultRegistry' }, { kind: 'editInputs' }],
      });
    }
    const { text, oldRunId } = render(template, true);
    if (oldRunId) findings.push({ code: 'build.oldRunId', params: { text: template } });
    const { image, push } = prefixTag(text, registry === '' ? undefined : registry, facts.knownHosts);
    return { image: familiarName(withDefaultTag(parseImageReference(image))), push: push && request.push };
  });
  const unique = [...new Map(images.map((each) => [each.image, each])).values()];

  if (unique.length === 0) findings.push({ code: 'build.noTag', params: {} });
  const kept = request.push ? unique.filter((each) => !each.push) : [];
  if (kept.length > 0)
    findings.push({ code: 'build.keptInEngine', params: { images: kept.map((each) => each.image).join(', ') } });
  const secretArgs = request.buildArgs.filter((arg) => arg.secret);
  if (secretArgs.length > 0) {
    findings.push({ code: 'build.secretInArgument', params: { names: secretArgs.map((arg) => arg.name).join(', ') } });
  }

  const cache = (option: string, texts: readonly string[] = []) =>
    texts.flatMap((text) => cacheOf(option, render(text, true).text));
  const beside = {
    cacheFrom: cache('--cache-from', request.cacheFrom),
    cacheTo: cache('--cache-to', request.cacheTo),
    attestations: attestationsOf(request.attestations),
  };
  assertBuilderCan(beside, facts.builder, unique.length === 0 || unique.some(({ push }) => !push));
  const detailed = beside.attestations.some(
    ({ type, options }) => type === 'provenance' && /\bmode=max\b/.test(options),
  );
  if (detailed && secretArgs.length > 0)
    findings.push({
      code: 'build.secretInProvenance',
      params: { names: secretArgs.map(({ name }) => name).join(', ') },
    });

  return {
    ...beside,
    images: unique,
    buildArgs: request.buildArgs.map((arg) =>
      arg.secret || arg.value === undefined ? arg : { ...arg, value: render(arg.value, false).text },
    ),
    target: request.target === undefined ? undefined : render(request.target, false).text,
    labels: Object.fromEntries(
      Object.entries(request.labels).map(([name, value]) => [name, render(value, false).text]),
    ),
    madeSecrets,
    findings,
  };
}

function cacheOf(option: string, text: string): readonly CacheEntry[] {
  const entries = parseCacheOption(text);
  if (entries === undefined) throw optionInvalid(`${option} ${text}`, 'type=registry,ref=host/app:cache');
  for (const { attributes } of entries) if (attributes['ref'] !== undefined) parseImageReference(attributes['ref']);
  return entries;
}

function attestationsOf(texts: readonly string[] = []): readonly Attestation[] {
  const attestations = parseAttestations(texts);
  if (attestations === undefined)
    throw optionInvalid(`--attest ${texts.join(' ')}`, 'type=provenance,mode=max | type=sbom');
  return attestations;
}

function optionInvalid(option: string, example: string) {
  return appFailure('request.invalid', {
    params: { reason: `${option}: ${example}` },
    fixes: [{ kind: 'editInputs' }],
  });
}
