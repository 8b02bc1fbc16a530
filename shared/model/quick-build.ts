import { z } from 'zod';
import { appFailure } from './app-error.ts';
import { withCredential, withoutCredential } from './context-location.ts';
import { Platform } from './platform.ts';

/** A build argument. A secret one is masked everywhere; its value is never kept on the run record. */
export const BuildArg = z.object({
  name: z.string().min(1),
  /** Absent: the value that the Dockerfile gives, as `docker build --build-arg NAME` does with an unset variable. */
  value: z.string().optional(),
  secret: z.boolean().default(false),
});
export type BuildArg = z.infer<typeof BuildArg>;

/** A secret for `RUN --mount=type=secret,id=…`; read when the build asks for it, never stored. */
export const BuildSecret = z.object({
  id: z.string().min(1),
  source: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('file'), path: z.string().min(1) }),
    z.object({ kind: z.literal('env'), name: z.string().min(1) }),
    /** Typed into the form; like a secret build argument, kept sealed or not at all. */
    z.object({ kind: z.literal('value'), value: z.string().optional() }),
  ]),
});
export type BuildSecret = z.infer<typeof BuildSecret>;

/** `RUN --mount=type=ssh,id=…`: the user's agent, or key files. */
export const SshForward = z.object({ id: z.string().min(1), paths: z.array(z.string()).default([]) });
export type SshForward = z.infer<typeof SshForward>;

/** Characters of a Dockerfile that is no file: it is kept on the record. */
export const longestInlineDockerfile = 262_144;

/** A Dockerfile that is no file: read from standard input, or pasted into the form. */
export const InlineDockerfile = z.object({
  text: z.string().max(longestInlineDockerfile),
  from: z.enum(['standardInput', 'form']),
});
export type InlineDockerfile = z.infer<typeof InlineDockerfile>;

/** What messages and logs call it. */
export function nameOfInline({ from }: Pick<InlineDockerfile, 'from'>): string {
  return from === 'standardInput' ? 'Dockerfile (from standard input)' : 'Dockerfile (pasted)';
}

/**
 * What `slipway build` and the Quick build screen ask for: the options of `az acr build`, and those of `docker build`
 * that it lacks. The values of secrets are taken out before it is recorded (`withoutSecretValues`).
 */
export const QuickBuildRequest = z.object({
  /** An absolute path of a folder, or a place that `parseContext` reads: git, an archive, an artifact. */
  context: z.string().min(1),
  /** The context's address has a query that is sealed with the secrets of the run. */
  sealedQuery: z.boolean().optional(),
  /** Absolute, or relative to the context. Absent: `<context>/Dockerfile`. */
  dockerfile: z.string().min(1).optional(),
  /** Instead of a file; then the context may be none. */
  inlineDockerfile: InlineDockerfile.optional(),
  /** Templates: `app:{{.Run.ID}}`, `app:$ID`. */
  tags: z.array(z.string().min(1)).default([]),
  buildArgs: z.array(BuildArg).default([]),
  secrets: z.array(BuildSecret).default([]),
  ssh: z.array(SshForward).default([]),
  labels: z.record(z.string(), z.string()).default({}),
  target: z.string().min(1).optional(),
  /** Empty: the engine's own platform. */
  platforms: z.array(Platform).default([]),
  noCache: z.boolean().default(false),
  pull: z.boolean().default(false),
  /** docker's `--cache-from` and `--cache-to`, with run variables: `type=registry,ref=host/app:cache,mode=max`, `type=inline`. */
  cacheFrom: z.array(z.string().min(1)).optional(),
  cacheTo: z.array(z.string().min(1)).optional(),
  /** docker's `--attest`: `type=provenance,mode=max`, `type=sbom,generator=IMAGE`. */
  attestations: z.array(z.string().min(1)).optional(),
  push: z.boolean().default(true),
  /** The whole run; ACR allows 300 to 28 800 s, a desk need not wait that long to find out. */
  timeoutSeconds: z.number().int().min(1).max(28_800).default(28_800),
  /** The name of the engine that builds it. Absent: the default one, or another that has the platforms. */
  engine: z.string().min(1).optional(),
  /** Login server that names without one get, as `az acr build --registry`. Absent: the default of the settings. */
  registry: z.string().min(1).optional(),
});
export type QuickBuildRequest = z.infer<typeof QuickBuildRequest>;
/** The request as a caller writes it, before defaults. */
export type QuickBuildInput = z.input<typeof QuickBuildRequest>;

/** The secret values that a request carries, by what asked for them; sealed apart from the record. */
export const RequestSecrets = z.object({
  buildArgs: z.record(z.string(), z.string()).default({}),
  secrets: z.record(z.string(), z.string()).default({}),
  /** Of `--set-secret`. */
  values: z.record(z.string(), z.string()).default({}),
  /** What stood in the address of the context. */
  context: z.object({ username: z.string(), password: z.string() }).optional(),
  /** The query of an archive's address: `?sv=…&sig=…`. */
  query: z.string().optional(),
});
export type RequestSecrets = z.infer<typeof RequestSecrets>;

/** What a request without secrets carries. */
export const noSecrets: RequestSecrets = { buildArgs: {}, secrets: {}, values: {} };

/** Splits a request into what may be recorded and what may not. */
export function splitSecrets(request: QuickBuildRequest): {
  readonly recorded: QuickBuildRequest;
  readonly secrets: RequestSecrets;
} {
  const buildArgs: Record<string, string> = {};
  const secrets: Record<string, string> = {};
  const { context, credential, query } = withoutCredential(request.context);
  const recorded: QuickBuildRequest = {
    ...request,
    context,
    ...(query === undefined ? {} : { sealedQuery: true }),
    buildArgs: request.buildArgs.map((arg) => {
      if (!arg.secret || arg.value === undefined) return arg;
      buildArgs[arg.name] = arg.value;
      return { name: arg.name, secret: true };
    }),
    secrets: request.secrets.map((secret) => {
      if (secret.source.kind !== 'value' || secret.source.value === undefined) return secret;
      secrets[secret.id] = secret.source.value;
      return { id: secret.id, source: { kind: 'value' } };
    }),
  };
  return {
    recorded,
    secrets: { ...noSecrets, buildArgs, secrets, ...addressSecrets({ credential, query }) },
  };
}

/** What of {@link RequestSecrets} an address had. */
export function addressSecrets({
  credential,
  query,
}: Omit<ReturnType<typeof withoutCredential>, 'context'>): Pick<RequestSecrets, 'context' | 'query'> {
  return { ...(credential === undefined ? {} : { context: credential }), ...(query === undefined ? {} : { query }) };
}

/**
 * The whole address of a recorded context.
 * @throws AppFailure `secret.notFound` for a query that is known no more: without it, something else would be fetched
 */
export function joinContext<
  T extends { readonly context?: string | undefined; readonly sealedQuery?: boolean | undefined },
>(recorded: T, { context: credential, query }: RequestSecrets): T {
  const { context, sealedQuery } = recorded;
  if (context === undefined) return recorded;
  if (sealedQuery === true && query === undefined)
    throw appFailure('secret.notFound', { params: { id: context }, fixes: [{ kind: 'editInputs' }] });
  const whole = withCredential(context, { credential, query: sealedQuery === true ? query : undefined });
  return { ...recorded, context: whole, sealedQuery: undefined };
}

/** Puts back what {@link splitSecrets} took out. @throws as {@link joinContext} */
export function joinSecrets(recorded: QuickBuildRequest, secrets: RequestSecrets): QuickBuildRequest {
  return {
    ...joinContext(recorded, secrets),
    buildArgs: recorded.buildArgs.map((arg) => {
      const value = arg.secret ? secrets.buildArgs[arg.name] : undefined;
      return value === undefined ? arg : { ...arg, value };
    }),
    secrets: recorded.secrets.map((secret) => {
      const value = secret.source.kind === 'value' ? secrets.secrets[secret.id] : undefined;
      return value === undefined ? secret : { id: secret.id, source: { kind: 'value', value } };
    }),
  };
}
