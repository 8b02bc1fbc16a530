import { z } from 'zod';
import { GitHostCheck, GitHostCredential } from '../model/git-host.ts';
import { command, query } from './define.ts';

const place = z.string().min(1);

/** Tokens for git hosts. They go in, and never come out. */
export const gitHosts = {
  list: query(z.void(), z.array(GitHostCredential)),
  /**
   * Keeps a token in the vault, in place of an older one for the same place. Without a user name, the one that the host documents.
   * @throws `source.invalid` for what is no place, `request.invalid` for a token of several lines
   */
  login: command(
    z.object({ place, username: z.string().min(1).optional(), token: z.string().min(1) }),
    GitHostCredential,
  ),
  /** @throws `source.tokenUnknown` */
  logout: command(z.object({ place }), z.void()),
  /** Asks a repository for its branches and tags, with the token that is kept for it. @throws `source.*` */
  test: command(z.object({ remote: z.string().min(1) }), GitHostCheck),
};
