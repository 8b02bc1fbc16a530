import { z } from 'zod';
import { Moment } from './run.ts';

/**
 * What a credential is. `servicePrincipal`: an application's id and its secret, for Azure Container Registry. `identityToken`: exchanged at
 * the registry's token server (OAuth 2 refresh). `registryToken`: sent to the registry as it is.
 */
export const CredentialKind = z.enum(['password', 'servicePrincipal', 'identityToken', 'registryToken']);
export type CredentialKind = z.infer<typeof CredentialKind>;

/** A credential as it may be shown: never its password. */
export const RegistryCredential = z.object({
  /** Host and port as in an image reference; Docker Hub is `docker.io`. */
  host: z.string(),
  /** Empty for a token that names nobody. */
  username: z.string(),
  kind: CredentialKind.default('password'),
  /** Where it comes from: the app's store, or the user's docker config or a helper of it. */
  source: z.enum(['slipway', 'dockerConfig', 'credentialHelper']),
  /** The file, or the helper's program: `docker-credential-desktop`. Not for the app's store. */
  origin: z.string().optional(),
  /** When it ends, where that is known. */
  expiresAt: Moment.optional(),
  /** Who says so: the person, or the token itself. */
  expiryFrom: z.enum(['person', 'token']).optional(),
  /** Only for the app's store. */
  savedAt: Moment.optional(),
  lastUsedAt: Moment.optional(),
});
export type RegistryCredential = z.infer<typeof RegistryCredential>;

/** A credential as it is given. `username` is the application's id for a service principal, and nobody's for tokens. */
export const CredentialInput = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('password'), username: z.string().min(1), secret: z.string().min(1) }),
  z.object({ kind: z.literal('servicePrincipal'), username: z.guid(), secret: z.string().min(1) }),
  z.object({ kind: z.literal('identityToken'), secret: z.string().min(1) }),
  z.object({ kind: z.literal('registryToken'), secret: z.string().regex(/^[\x21-\x7e]+$/) }),
]);
export type CredentialInput = z.infer<typeof CredentialInput>;

/** What was found out without writing; `unknown` where only writing would tell. */
export const Told = z.enum(['yes', 'no', 'unknown']);
export type Told = z.infer<typeof Told>;

/** What a credential is good for in a registry. */
export const RegistryAccess = z.object({
  /** Whether repositories can be listed. */
  catalog: Told,
  /** The repository that was looked at; absent where there was none. */
  repository: z.string().optional(),
  pull: Told.optional(),
  push: Told.optional(),
});
export type RegistryAccess = z.infer<typeof RegistryAccess>;

/** What a test of a registry found. */
export const RegistryCheck = z.object({
  host: z.string(),
  scheme: z.enum(['https', 'http']),
  signedIn: z.boolean(),
  username: z.string().optional(),
  /** Milliseconds until the answer. */
  latency: z.number(),
  /** Not looked for when signing in. */
  access: RegistryAccess.optional(),
});
export type RegistryCheck = z.infer<typeof RegistryCheck>;

/** The secret store's state (spec: reliability-security K3). */
export const VaultStatus = z.discriminatedUnion('state', [
  /** The key is in the OS keyring. */
  z.object({ state: z.literal('keyring'), keyring: z.string() }),
  /** The key is under a passphrase, and it was given. */
  z.object({ state: z.literal('unlocked') }),
  /** Under a passphrase that was not given yet. */
  z.object({ state: z.literal('locked') }),
  /** Nothing stored yet and no keyring: a passphrase must be chosen before anything can be kept. */
  z.object({ state: z.literal('needsPassphrase'), reason: z.string() }),
]);
export type VaultStatus = z.infer<typeof VaultStatus>;
