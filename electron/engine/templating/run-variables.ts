import type { Platform } from '@shared/model/platform.ts';
import type { RunSource } from '@shared/model/run.ts';
import { appFailure } from '@shared/model/app-error.ts';
import { defaultLimits, renderTemplate, TemplateError, type TemplateLimits, type TemplateMap } from './template.ts';

/** ACR's run variables (spec: templating 2). Empty text where a run has none. */
export interface RunVariables {
  readonly ID: string;
  readonly SharedVolume: string;
  readonly Registry: string;
  readonly RegistryName: string;
  readonly Date: string;
  readonly OS: string;
  readonly Architecture: string;
  readonly Commit: string;
  readonly Branch: string;
  readonly Repository: string;
  readonly GitTag: string;
  readonly TriggeredBy: string;
  readonly OSVersion: string;
  readonly TaskName: string;
}

/** What a quick build of a folder knows of itself. */
export interface RunFacts {
  readonly runId: string;
  /** Login server, or empty. */
  readonly registry: string;
  /** When the run started: milliseconds since 1970, UTC. */
  readonly startedAt: number;
  /** The platform of the build, or of the engine. */
  readonly platform: Pick<Platform, 'os' | 'architecture'>;
  /** Where its files came from; absent for a folder. */
  readonly source?: RunSource | undefined;
}

/** The run variables of a manual run: `Repository` and `GitTag` are a trigger's (spec: templating 2). The date is `yyyyMMdd-HHmmss` in UTC with a literal `z`, as ACR writes it. */
export function runVariables({ runId, registry, startedAt, platform, source }: RunFacts): RunVariables {
  const git = source?.kind === 'git' ? source : undefined;
  const digits = new Date(startedAt).toISOString().replaceAll(/[-:]/g, '');
  return {
    ID: runId,
    SharedVolume: '',
    Registry: registry,
    RegistryName: registry.split('.')[0] ?? '',
    Date: `${digits.slice(0, 8)}-${digits.slice(9, 15)}z`,
    OS: platform.os,
    Architecture: platform.architecture,
    Commit: git?.commit ?? '',
    Branch: git?.branch ?? '',
    Repository: '',
    GitTag: '',
    TriggeredBy: '',
    OSVersion: '',
    TaskName: '',
  };
}

/** The aliases that ACR defines for every run: `$ID` stands for `{{.Run.ID}}`. */
const aliases = [
  'ID',
  'SharedVolume',
  'Registry',
  'RegistryName',
  'Date',
  'OS',
  'Architecture',
  'Commit',
  'Branch',
] as const;

const aliasPattern = new RegExp(
  String.raw`\$(${[...aliases].sort((a, b) => b.length - a.length).join('|')})(?![A-Za-z0-9_])`,
  'g',
);

/** An option is a line: what it comes to is short, and it is rendered in between. */
const limitsOfOption: TemplateLimits = {
  ...defaultLimits,
  operations: 20_000,
  outputBytes: 65_536,
  valueBytes: 262_144,
  keys: 0,
};

export interface RenderedText {
  readonly text: string;
  /** The old name of the run id was used (`.Build.ID`); ACR warns of it. */
  readonly oldRunId: boolean;
  /** Private keys that the template made. */
  readonly madeSecrets: readonly string[];
}

/**
 * Renders one option of a quick build: Go's templates over the run variables and, where `aliased`, `$Name` for them. A name that
 * isn't known gives empty text, as in ACR (`missingkey=zero`). A value is never rendered again.
 * @param now ms, UTC: for the date functions
 * @throws AppFailure `template.invalid`
 */
export function renderRunVariables(
  template: string,
  variables: RunVariables,
  aliased: boolean,
  now: number,
): RenderedText {
  const text = aliased ? template.replaceAll(aliasPattern, '{{.Run.$1}}') : template;
  if (!text.includes('{{')) return { text, oldRunId: false, madeSecrets: [] };
  const data = new Map<string, TemplateMap>([
    ['Run', new Map(Object.entries(variables))],
    ['Build', new Map([['ID', variables.ID]])],
  ]);
  try {
    const rendered = renderTemplate(text, data, { name: 'option', now, limits: limitsOfOption });
    return { text: rendered.text, oldRunId: /\.Build\.ID\b/.test(text), madeSecrets: rendered.secrets };
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    throw appFailure(
      'template.invalid',
      { params: { text: template, action: error.message }, fixes: [{ kind: 'editInputs' }] },
      error,
    );
  }
}
