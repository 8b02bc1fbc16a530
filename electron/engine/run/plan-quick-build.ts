import { appFailure } from '@shared/model/app-error.ts';
import { familiarName, parseImageReference, prefixTag, withDefaultTag } from '@shared/model/image-reference.ts';
import type { Platform } from '@shared/model/platform.ts';
import type { BuildArg, QuickBuildRequest } from '@shared/model/quick-build.ts';
import type { Finding, RunSource } from '@shared/model/run.ts';
import { renderRunVariables, runVariables } from '../templating/run-variables.ts';

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
  readonly enginePlatform: Pick<Platform, 'os' | 'architecture'>;
  /** What the context turned out to be; absent for a folder, and before it was fetched. */
  readonly source?: RunSource | undefined;
}

/**
 * Says what a quick build will write. Rendering comes first, prefixes after it, as in ACR; every tag that has no registry
 * stays in the engine when there is no registry to prefix it with.
 * @throws AppFailure `template.invalid`, `image.invalidReference`, `registry.missing`
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
  const render = (text: string, aliased: boolean) => renderRunVariables(text, variables, aliased, facts.startedAt);

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

  return {
    images: unique,
    buildArgs: request.buildArgs.map((arg) =>
      arg.secret || arg.value === undefined ? arg : { ...arg, value: render(arg.value, false).text },
    ),
    target: request.target === undefined ? undefined : render(request.target, false).text,
    labels: Object.fromEntries(
      Object.entries(request.labels).map(([name, value]) => [name, render(value, false).text]),
    ),
    findings,
  };
}
