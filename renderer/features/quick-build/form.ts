import type { ContextSurvey, DockerfileOutline } from '@shared/model/context-survey.ts';
import type { EngineWish } from '@shared/model/engine-choice.ts';
import { formatPlatform, knownPlatform, parsePlatform } from '@shared/model/platform.ts';
import { parseContext } from '@shared/model/context-location.ts';
import { longestInlineDockerfile, QuickBuildRequest, splitSecrets } from '@shared/model/quick-build.ts';
import type { BuildArg, BuildSecret, QuickBuildInput } from '@shared/model/quick-build.ts';
import { tagProblem } from './tags.ts';
import type { TagProblem } from './tags.ts';

/** A build argument as typed; an empty value means "not set here". */
export interface ArgRow {
  readonly name: string;
  readonly value: string;
  readonly secret: boolean;
}

export type SecretKind = BuildSecret['source']['kind'];

/** A secret as typed: a path, the name of an environment variable, or the value itself. Empty: not given. */
export interface SecretRow {
  readonly id: string;
  readonly kind: SecretKind;
  readonly text: string;
}

/** An SSH agent or key to forward; without a path it is the agent. */
export interface SshRow {
  readonly id: string;
  readonly path: string;
}

export interface LabelRow {
  readonly name: string;
  readonly value: string;
}

/** The Quick build form as it stands: everything is text until {@link requestFromForm} makes a request of it. */
export interface BuildForm {
  readonly context: string;
  /** Relative to the context; empty for its `Dockerfile`. */
  readonly dockerfile: string;
  /** The text of one instead of a file; undefined for a file. */
  readonly pasted: string | undefined;
  readonly tags: readonly string[];
  readonly args: readonly ArgRow[];
  readonly secrets: readonly SecretRow[];
  readonly ssh: readonly SshRow[];
  readonly labels: readonly LabelRow[];
  readonly target: string;
  /** Separated by commas; empty for the engine's own. */
  readonly platforms: string;
  /** Its name; empty: the default one, or another that has the platforms. */
  readonly engine: string;
  readonly noCache: boolean;
  /** docker's `--cache-from` and `--cache-to`, separated by blanks. */
  readonly cacheFrom: string;
  readonly cacheTo: string;
  /** Options of `--provenance`; empty for none. */
  readonly provenance: string;
  readonly sbom: boolean;
  /** What looks for the SBOM's packages; empty for BuildKit's own choice. */
  readonly sbomScanner: string;
  readonly pull: boolean;
  readonly push: boolean;
  /** Empty: the default of the settings. */
  readonly registry: string;
  readonly timeoutMinutes: string;
}

/** ACR's longest run, 8 hours, is the default here: a desk need not give up earlier. */
export const longestMinutes = 480;

/** The form for a folder: as it was built last, else from what was found in it. `path` may name one of its Dockerfiles. */
export function formFor(survey: ContextSurvey, last: QuickBuildRequest | null, path: string): BuildForm {
  const named = dockerfileIn(survey.context, path);
  const form = last === null ? freshForm(survey) : formFromRequest(last);
  const dockerfile = named ?? keepOr(form.dockerfile, survey);
  return { ...form, context: survey.context, dockerfile, ...(named === undefined ? {} : { pasted: undefined }) };
}

function freshForm(survey: ContextSurvey): BuildForm {
  return {
    context: survey.context,
    dockerfile: survey.dockerfiles[0] ?? '',
    pasted: parseContext(survey.context).location.kind === 'none' ? '' : undefined,
    tags: [survey.suggestedTag],
    args: [],
    secrets: [],
    ssh: [],
    labels: [],
    target: '',
    platforms: '',
    engine: '',
    noCache: false,
    cacheFrom: '',
    cacheTo: '',
    provenance: '',
    sbom: false,
    sbomScanner: '',
    pull: false,
    push: true,
    registry: '',
    timeoutMinutes: '',
  };
}

/** The Dockerfile of last time may be gone. One from outside the folder is kept: nobody looked there. */
function keepOr(dockerfile: string, survey: ContextSurvey): string {
  const outside = /^(\/|\.\.|[A-Za-z]:)/.test(dockerfile);
  return outside || survey.dockerfiles.includes(dockerfile) ? dockerfile : (survey.dockerfiles[0] ?? dockerfile);
}

/** The path relative to the folder, when it is in it; undefined for the folder itself or one elsewhere. */
export function dockerfileIn(context: string, path: string): string | undefined {
  const rest = path.startsWith(context) ? path.slice(context.length) : '';
  if (!/^[\\/]/.test(rest) && !/[\\/]$/.test(context)) return undefined;
  const relative = rest.replace(/^[\\/]+/, '');
  return relative === '' ? undefined : relative;
}

/** A request, such as that of an earlier run, as a form. Secret values are not in it and have to be typed again. */
export function formFromRequest(request: QuickBuildRequest): BuildForm {
  return {
    context: request.context,
    dockerfile: dockerfileIn(request.context, request.dockerfile ?? '') ?? request.dockerfile ?? '',
    pasted: request.inlineDockerfile?.text,
    tags: request.tags.length === 0 ? [''] : request.tags,
    args: request.buildArgs.map(({ name, value = '', secret }) => ({ name, value, secret })),
    secrets: request.secrets.map(({ id, source }) => ({ id, kind: source.kind, text: secretText(source) })),
    ssh: request.ssh.map(({ id, paths }) => ({ id, path: paths.join(',') })),
    labels: Object.entries(request.labels).map(([name, value]) => ({ name, value })),
    target: request.target ?? '',
    platforms: request.platforms.map(formatPlatform).join(', '),
    engine: request.engine ?? '',
    noCache: request.noCache,
    cacheFrom: (request.cacheFrom ?? []).join(' '),
    cacheTo: (request.cacheTo ?? []).join(' '),
    ...attestationFields(request.attestations ?? []),
    pull: request.pull,
    push: request.push,
    registry: request.registry ?? '',
    timeoutMinutes: request.timeoutSeconds === longestMinutes * 60 ? '' : String(request.timeoutSeconds / 60),
  };
}

/** What the form can show of `--attest`: one of each kind, the last. */
function attestationFields(texts: readonly string[]): Pick<BuildForm, 'provenance' | 'sbom' | 'sbomScanner'> {
  const last = (type: string) =>
    texts.findLast((text) => new RegExp(`^type=${type}(?:,|$)`).test(text))?.slice(`type=${type},`.length);
  const [provenance, sbom] = [last('provenance'), last('sbom')];
  const wanted = (options: string | undefined) => options !== undefined && !options.includes('disabled=true');
  return {
    provenance: wanted(provenance) ? provenance || 'mode=min' : '',
    sbom: wanted(sbom),
    sbomScanner: /generator=([^,]*)/.exec(sbom ?? '')?.[1] ?? '',
  };
}

function attestationsOf({ provenance, sbom, sbomScanner }: BuildForm): Pick<QuickBuildInput, 'attestations'> {
  const scanner = sbomScanner.trim() === '' ? '' : `,generator=${sbomScanner.trim()}`;
  const attestations = [
    ...(provenance === '' ? [] : [`type=provenance,${provenance}`]),
    ...(sbom ? [`type=sbom${scanner}`] : []),
  ];
  return attestations.length === 0 ? {} : { attestations };
}

function textList(name: 'cacheFrom' | 'cacheTo', text: string): Pick<QuickBuildInput, 'cacheFrom' | 'cacheTo'> {
  const list = text.split(/\s+/).filter((part) => part !== '');
  return list.length === 0 ? {} : { [name]: list };
}

function secretText(source: BuildSecret['source']): string {
  switch (source.kind) {
    case 'file':
      return source.path;
    case 'env':
      return source.name;
    case 'value':
      return source.value ?? '';
  }
}

const secretNames = /token|passw(or)?d|secret|credential|api_?key|private_?key/i;

/** An argument as the form shows it: one that the Dockerfile declares, or one of the person's own (`index` in the form). */
export interface ArgField extends ArgRow {
  readonly declared: boolean;
  readonly default: string | undefined;
  /** Its place in `form.args`; undefined while nothing was typed. */
  readonly index: number | undefined;
}

/** The Dockerfile's arguments in its order, then the person's own. One whose name says so is secret from the start. */
export function argFields(form: BuildForm, outline: DockerfileOutline | undefined): readonly ArgField[] {
  const declared = outline?.args ?? [];
  const fields = declared.map((arg): ArgField => {
    const index = form.args.findIndex((row) => row.name === arg.name);
    const row = form.args[index] ?? { name: arg.name, value: '', secret: secretNames.test(arg.name) };
    return { ...row, declared: true, default: arg.default, index: index < 0 ? undefined : index };
  });
  const own = form.args.flatMap((row, index): ArgField[] =>
    declared.some((arg) => arg.name === row.name) ? [] : [{ ...row, declared: false, default: undefined, index }],
  );
  return [...fields, ...own];
}

/** The secrets that the Dockerfile asks for and that were not given yet come as empty rows. */
export function withWantedSecrets(form: BuildForm, outline: DockerfileOutline): BuildForm {
  const missing = outline.secretIds.filter((id) => form.secrets.every((row) => row.id !== id));
  const ssh = outline.sshIds.filter((id) => form.ssh.every((row) => row.id !== id));
  if (missing.length === 0 && ssh.length === 0) return form;
  return {
    ...form,
    secrets: [...form.secrets, ...missing.map((id): SecretRow => ({ id, kind: 'file', text: '' }))],
    ssh: [...form.ssh, ...ssh.map((id): SshRow => ({ id, path: '' }))],
  };
}

/** Something in the form that can't be built. `index` names the row. */
export type FormProblem =
  | { readonly field: 'dockerfile'; readonly reason: 'empty' | 'long' }
  | { readonly field: 'tag'; readonly index: number; readonly reason: TagProblem }
  | { readonly field: 'arg'; readonly index: number; readonly reason: 'name' }
  | { readonly field: 'secret'; readonly index: number; readonly reason: 'id' }
  | { readonly field: 'label'; readonly index: number; readonly reason: 'name' }
  | { readonly field: 'platform'; readonly reason: 'unknown'; readonly part: string }
  | { readonly field: 'timeout'; readonly reason: 'range' };

/** Everything that is wrong, in the form's order. */
export function formProblems(form: BuildForm): readonly FormProblem[] {
  const problems: FormProblem[] = [];
  if (form.pasted?.trim() === '') problems.push({ field: 'dockerfile', reason: 'empty' });
  if (form.pasted !== undefined && form.pasted.length > longestInlineDockerfile)
    problems.push({ field: 'dockerfile', reason: 'long' });
  form.tags.forEach((tag, index) => {
    const reason = tag.trim() === '' ? undefined : tagProblem(tag.trim());
    if (reason !== undefined) problems.push({ field: 'tag', index, reason });
  });
  form.args.forEach((row, index) => {
    if (row.value !== '' && !/^[^\s=]+$/.test(row.name)) problems.push({ field: 'arg', index, reason: 'name' });
  });
  form.secrets.forEach((row, index) => {
    if (row.text !== '' && row.id.trim() === '') problems.push({ field: 'secret', index, reason: 'id' });
  });
  form.labels.forEach((row, index) => {
    if (row.value !== '' && row.name.trim() === '') problems.push({ field: 'label', index, reason: 'name' });
  });
  const unknown = unknownPlatform(form.platforms);
  if (unknown !== undefined) problems.push({ field: 'platform', reason: 'unknown', part: unknown });
  if (timeoutSeconds(form.timeoutMinutes) === undefined) problems.push({ field: 'timeout', reason: 'range' });
  return problems;
}

/** The platforms in a text such as `linux/amd64, linux/arm64`. */
export function splitPlatforms(text: string): readonly string[] {
  return text
    .split(/[,\s]+/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** What the form asks of an engine so far; what is no platform yet asks for nothing. */
export function engineWish({ engine, platforms }: Pick<BuildForm, 'engine' | 'platforms'>): EngineWish {
  return {
    ...(engine !== '' ? { engine } : {}),
    platforms: splitPlatforms(platforms).flatMap((each) => knownPlatform(each) ?? []),
  };
}

/** Puts a platform into the text, or takes it out. */
export function togglePlatform(text: string, platform: string): string {
  const now = splitPlatforms(text);
  return (now.includes(platform) ? now.filter((other) => other !== platform) : [...now, platform]).join(', ');
}

function unknownPlatform(text: string): string | undefined {
  return splitPlatforms(text).find((platform) => knownPlatform(platform) === undefined);
}

/** Seconds; undefined when it is no number of minutes between a second and eight hours. */
function timeoutSeconds(minutes: string): number | undefined {
  if (minutes.trim() === '') return longestMinutes * 60;
  const seconds = Math.round(Number(minutes) * 60);
  return seconds >= 1 && seconds <= longestMinutes * 60 ? seconds : undefined;
}

interface RequestOptions {
  /** For a re-run: a secret without a value is the one that was sealed with the earlier run. */
  readonly keepsSecrets: boolean;
}

/**
 * The request that the form stands for. Rows without a value are left out.
 * @throws AppFailure `platform.invalid`; ask {@link formProblems} first
 */
export function requestFromForm(form: BuildForm, { keepsSecrets }: RequestOptions): QuickBuildInput {
  const typed = (text: string) => text.trim() !== '';
  return {
    context: form.context,
    ...(form.pasted === undefined ? {} : { inlineDockerfile: { text: form.pasted, from: 'form' } }),
    ...(form.pasted === undefined && typed(form.dockerfile) ? { dockerfile: form.dockerfile.trim() } : {}),
    tags: form.tags.map((tag) => tag.trim()).filter(typed),
    buildArgs: form.args.flatMap(({ name, value, secret }): BuildArg[] => {
      if (value !== '') return [{ name, value, secret }];
      return secret && keepsSecrets && typed(name) ? [{ name, secret }] : [];
    }),
    secrets: form.secrets.flatMap((row): BuildSecret[] => {
      const id = row.id.trim();
      if (id === '') return [];
      if (row.kind === 'value') {
        if (row.text !== '') return [{ id, source: { kind: 'value', value: row.text } }];
        return keepsSecrets ? [{ id, source: { kind: 'value' } }] : [];
      }
      if (!typed(row.text)) return [];
      const text = row.text.trim();
      return [{ id, source: row.kind === 'file' ? { kind: 'file', path: text } : { kind: 'env', name: text } }];
    }),
    ssh: form.ssh.flatMap(({ id, path }) =>
      typed(id)
        ? [
            {
              id: id.trim(),
              paths: path
                .split(',')
                .map((part) => part.trim())
                .filter(typed),
            },
          ]
        : [],
    ),
    labels: Object.fromEntries(
      form.labels.filter(({ name }) => typed(name)).map(({ name, value }) => [name.trim(), value]),
    ),
    ...(typed(form.target) ? { target: form.target } : {}),
    platforms: splitPlatforms(form.platforms).map(parsePlatform),
    ...(typed(form.engine) ? { engine: form.engine } : {}),
    noCache: form.noCache,
    ...textList('cacheFrom', form.cacheFrom),
    ...textList('cacheTo', form.cacheTo),
    ...attestationsOf(form),
    pull: form.pull,
    push: form.push,
    timeoutSeconds: timeoutSeconds(form.timeoutMinutes) ?? longestMinutes * 60,
    ...(typed(form.registry) ? { registry: form.registry.trim() } : {}),
  };
}

/** The request as a record would have it, without secret values: made to be shown and passed around. Undefined while the form doesn't hold. */
export function recordedRequest(form: BuildForm, options: RequestOptions): QuickBuildRequest | undefined {
  if (formProblems(form).length > 0) return undefined;
  const parsed = QuickBuildRequest.safeParse(requestFromForm(form, options));
  return parsed.success ? splitSecrets(parsed.data).recorded : undefined;
}
