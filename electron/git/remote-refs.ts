import { type AppFailure, appFailure } from '@shared/model/app-error.ts';
import type { GitRef, GitRefs } from '../engine/ports/git.ts';
import type { Access } from './access.ts';
import type { Watch } from './command.ts';
import { isRefName, oneLine } from './location.ts';

/** @throws AppFailure as the access has it */
export async function listRefs(access: Access, watch: Watch, signal: AbortSignal): Promise<GitRefs> {
  // These two spaces alone: of busy repositories, requests have many more refs than branches and tags together.
  const args = ['ls-remote', '--heads', '--tags', '--end-of-options', 'origin'];
  const listed = await access.run({ args, watch }, signal);
  if (listed.kind === 'failed') throw listed.failure();
  return readRefs(listed.stdout);
}

/** @param text as `git ls-remote` writes it; what git itself would refuse as a name is left out */
export function readRefs(text: string): GitRefs {
  const branches: GitRef[] = [];
  const tags = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, commit, space, name] = /^([0-9a-f]{40,64})\trefs\/(heads|tags)\/(.+)$/.exec(line) ?? [];
    if (commit === undefined || name === undefined) continue;
    // A tag that is an object of its own is followed by what it leads to: `v1^{}`.
    const bare = name.replace(/\^\{\}$/, '');
    if (!isRefName(bare)) continue;
    if (space === 'heads') branches.push({ name, commit });
    else tags.set(bare, commit);
  }
  return { branches, tags: [...tags].map(([name, commit]) => ({ name, commit })) };
}

/**
 * The name of the branch that the remote's HEAD stands for; undefined when it stands for none. Git asks for all refs for that, and has
 * no way to ask for less.
 * @throws AppFailure as the access has it
 */
export async function defaultBranch(access: Access, watch: Watch, signal: AbortSignal): Promise<string | undefined> {
  const args = ['ls-remote', '--symref', '--end-of-options', 'origin', 'HEAD'];
  const listed = await access.run({ args, watch }, signal);
  if (listed.kind === 'failed') throw listed.failure();
  const [, name] = /^ref: refs\/heads\/(.+)\tHEAD$/m.exec(listed.stdout) ?? [];
  return name !== undefined && isRefName(name) ? name : undefined;
}

/** No such name, with those like it. */
export function refNotFound(access: Access, ref: string, { branches, tags }: GitRefs): AppFailure {
  const names = [...branches, ...tags].map(({ name }) => name);
  const near = nearest(ref.replace(/^refs\/(?:heads|tags)\//, ''), names);
  return appFailure('source.refNotFound', {
    params: {
      ref: oneLine(ref),
      remote: access.remote.url,
      near: near.map((name) => oneLine(name)).join(', ') || '–',
    },
    fixes: [
      ...near.filter((name) => oneLine(name) === name).map((name) => ({ kind: 'useRef' as const, ref: name })),
      { kind: 'editInputs' },
    ],
  });
}

const mostNear = 5;

/** Names that somebody may have meant, the likeliest first: the same in other letters, parts of each other, few letters apart. */
export function nearest(wanted: string, names: readonly string[]): readonly string[] {
  const low = wanted.toLowerCase();
  const far = (name: string): number => {
    const other = name.toLowerCase();
    if (other === low) return 0;
    const within = other.includes(low) || (other.length > 2 && low.includes(other));
    const letters = distance(low, other, Math.max(2, Math.ceil(low.length / 3)));
    return within ? Math.min(letters, 1.5) : letters;
  };
  return [...new Set(names)]
    .map((name) => ({ name, far: far(name) }))
    .filter((each) => each.far < Infinity)
    .sort(
      (one, other) => one.far - other.far || one.name.length - other.name.length || (one.name < other.name ? -1 : 1),
    )
    .slice(0, mostNear)
    .map(({ name }) => name);
}

/** Letters to put in, leave out or exchange (Levenshtein), or Infinity where that is more than `most`. */
function distance(one: string, other: string, most: number): number {
  if (Math.abs(one.length - other.length) > most) return Infinity;
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const same = one[i - 1] === other[j - 1] ? 0 : 1;
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + same));
    }
    row = next;
  }
  const letters = row[other.length] ?? Infinity;
  return letters > most ? Infinity : letters;
}
