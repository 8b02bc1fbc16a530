import { z } from 'zod';
import { EngineStatus } from './engine-status.ts';

/** The name of the engine that is looked for in the usual places; no other may have it. */
export const automaticEngine = 'default';

/** A name in a command line, a file and a table: no blanks, no option, no path. */
export const EngineName = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,62}$/i);

/** Which certificates an engine behind TLS is believed and met with. Absolute paths of PEM files. */
export const EngineTls = z.discriminatedUnion('kind', [
  /** `ca.pem`, `cert.pem` and `key.pem` in it, as `DOCKER_CERT_PATH` has them. */
  z.object({ kind: z.literal('folder'), path: z.string().min(1) }),
  z.object({
    kind: z.literal('files'),
    ca: z.string().min(1).optional(),
    cert: z.string().min(1).optional(),
    key: z.string().min(1).optional(),
  }),
]);
export type EngineTls = z.infer<typeof EngineTls>;

/** Docker (or what speaks its API), or BuildKit by itself: that one builds, and neither keeps images nor runs containers. */
export const EngineKind = z.enum(['docker', 'buildkit']);
export type EngineKind = z.infer<typeof EngineKind>;

/** An engine that somebody has given a name. */
export const NamedEngine = z.object({
  name: EngineName,
  /** `unix:///…`, `npipe:…`, `tcp://host:port`, `ssh://user@host`; of BuildKit also `kube-pod://…` and `docker-container://…`. Never with a password. */
  host: z.string().min(1),
  /** With `tcp://` only; absent: without TLS. */
  tls: EngineTls.optional(),
  kind: EngineKind.default('docker'),
});
export type NamedEngine = z.infer<typeof NamedEngine>;

/** One of the engines that runs may go to, and how it is. */
export const EngineListing = z.object({
  name: z.string(),
  /** As it was named; absent for the one that is looked for. */
  host: z.string().optional(),
  tls: EngineTls.optional(),
  kind: EngineKind,
  /** Runs go there unless they say otherwise or need what it hasn't. */
  isDefault: z.boolean(),
  status: EngineStatus,
  /** Of the last sign of life that was asked for; ms. */
  latencyMs: z.number().nonnegative().optional(),
  /** When it last answered; for one that is gone, since when nobody knows better. */
  lastSeen: z.iso.datetime().optional(),
});
export type EngineListing = z.infer<typeof EngineListing>;
