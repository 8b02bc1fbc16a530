import type { RuntimeHandlers } from '@shared/contract/index.ts';
import { appFailure } from '@shared/model/app-error.ts';
import { parseContext } from '@shared/model/context-location.ts';
import { formatGitPlace, parseGitPlace, tokenUserOf } from '@shared/model/git-host.ts';
import type { Git } from '../engine/ports/git.ts';
import type { Clock } from '../engine/ports.ts';
import type { GitCredentials } from '../store/secrets/git-credentials.ts';
import type { Vault } from '../store/secrets/vault.ts';

export interface GitHostHandlerParts {
  readonly vault: Pick<Vault, 'status'>;
  readonly tokens: GitCredentials;
  readonly git: Pick<Git, 'listRefs'>;
  readonly clock: Clock;
  readonly onChange: () => void;
}

/** The operations on the tokens of git hosts. */
export function gitHostHandlers({
  vault,
  tokens,
  git,
  clock,
  onChange,
}: GitHostHandlerParts): RuntimeHandlers['gitHosts'] {
  return {
    list: async () => [...(await tokens.list())],
    async login({ place: text, username: given, token }, signal) {
      const at = parseGitPlace(text);
      const place = formatGitPlace(at);
      const username = given ?? tokenUserOf(at);
      // Git's questions are answered by lines; what is of several would answer others.
      if (token === '' || /\p{Cc}/u.test(username + token))
        throw appFailure('request.invalid', { params: { reason: 'a user name and a token are one line each' } });
      const { state } = await vault.status();
      const until = state === 'needsPassphrase' ? 'session' : 'removed';
      await tokens.save(place, { username, password: token }, until, signal);
      onChange();
      return { place, username, savedAt: new Date(clock.now()).toISOString() };
    },
    async logout({ place: text }, signal) {
      const place = formatGitPlace(parseGitPlace(text));
      if (!(await tokens.remove(place, signal))) throw appFailure('source.tokenUnknown', { params: { place } });
      onChange();
    },
    async test({ remote: text }, signal) {
      const { location, credential } = parseContext(text);
      if (location.kind !== 'git')
        throw appFailure('source.invalid', {
          params: { text: location.kind === 'folder' ? location.path : '', reason: 'not the address of a repository' },
        });
      const { remote } = location;
      const asked = async (address: string, stop: AbortSignal) => credential ?? tokens.forRemote(address, stop);
      const { branches, tags } = await git.listRefs(remote, asked, signal);
      const place = credential === undefined ? await tokens.placeFor(remote) : undefined;
      return { branches: branches.length, tags: tags.length, ...(place === undefined ? {} : { place }) };
    },
  };
}
