import { z } from 'zod';
import { AppError } from '../model/app-error.ts';
import { LocalRegistryStatus } from '../model/local-registry.ts';
import { RateLimit } from '../model/rate-limit.ts';
import { ManifestDetails, RepositoryPage, TagPage } from '../model/registry-content.ts';
import { CredentialInput, RegistryCheck, RegistryCredential, VaultStatus } from '../model/registry.ts';
import { Moment } from '../model/run.ts';
import { command, query } from './define.ts';

const host = z.string().min(1);
const repository = z.string().min(1);
/** `next` of the piece before. */
const after = z
  .string()
  .max(2048)
  .regex(/^\?[^#]*$/)
  .optional();

export const registries = {
  /** Every credential that is known, and why others are not: a broken helper keeps nobody from the rest. */
  list: query(z.void(), z.object({ credentials: z.array(RegistryCredential), unreadable: z.array(AppError) })),
  /** Slipway's own that end soon, or have ended; no helper is asked. */
  expiring: query(z.void(), z.array(RegistryCredential)),
  /** Checks against the registry, then keeps the credential in the vault. A token that tells its end needs no `expiresAt`. */
  login: command(z.object({ host, credential: CredentialInput, expiresAt: Moment.optional() }), RegistryCheck),
  logout: command(z.object({ host }), z.void()),
  /** Signs in, and looks what the credential is good for: in this repository, or in the first that is found. */
  test: command(z.object({ host, repository: repository.optional() }), RegistryCheck),
  repositories: query(z.object({ host, after }), RepositoryPage),
  tags: query(z.object({ host, repository, after }), TagPage),
  /** `image` by tag or digest. */
  manifest: query(z.object({ image: z.string().min(1) }), ManifestDetails),
  /** What registries last told of their limits. */
  rateLimits: query(z.void(), z.array(RateLimit)),
  /** The registry that Slipway runs in the engine; looks for no engine. */
  local: query(z.void(), LocalRegistryStatus),
  /** As it was last seen, without asking an engine; null where there was none. */
  localSeen: query(z.void(), LocalRegistryStatus.nullable()),
  /** Without a port, a free one; without an image, the settings'. Answers when it takes requests. */
  startLocal: command(
    z.object({ port: z.number().int().min(1).max(65_535).optional(), image: z.string().min(1).optional() }),
    LocalRegistryStatus,
  ),
  stopLocal: command(z.void(), LocalRegistryStatus),
  /** With `data`, all that was pushed to it is lost. */
  removeLocal: command(z.object({ data: z.boolean() }), z.void()),
  vault: query(z.void(), VaultStatus),
  /** Opens the vault, or makes one under this passphrase when there is none. */
  unlock: command(z.object({ passphrase: z.string().min(8) }), VaultStatus),
};
