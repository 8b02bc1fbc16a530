import { z } from 'zod';
import { Moment } from './run.ts';

/** A credential of Slipway's own store, as it may be shown: never its password. */
export const RegistryCredential = z.object({
  /** Host and port as in an image reference; Docker Hub is `docker.io`. */
  host: z.string(),
  username: z.string(),
  /** Where it comes from: the app's store, or the user's docker config or a helper of it. */
  source: z.enum(['slipway', 'dockerConfig', 'credentialHelper']),
  /** Only for the app's store. */
  savedAt: Moment.optional(),
  lastUsedAt: Moment.optional(),
});
export type RegistryCredential = z.infer<typeof RegistryCredential>;

/** What a test of a registry found. */
export const RegistryCheck = z.object({
  host: z.string(),
  scheme: z.enum(['https', 'http']),
  signedIn: z.boolean(),
  username: z.string().optional(),
  /** Milliseconds until the answer. */
  latency: z.number(),
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
