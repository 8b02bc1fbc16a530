import { appFailure } from '@shared/model/app-error.ts';
import { parsePattern, type Pattern } from './pattern.ts';

/**
 * Which entries of a folder are taken. Both lists are read as BuildKit's fsutil reads them: an entry counts when it, or
 * a folder above it, matches; among the patterns that match, the last one decides.
 */
export interface Selection {
  /** Judges an entry. `folder` is the verdict on the folder that it lies in; none in the root. */
  judge(path: string, folder: Verdict | undefined): Verdict;
  /** Whether something beneath this folder, which isn't taken itself, may be. No means that nobody need look. */
  mayTakeBelow(path: string, verdict: Verdict): boolean;
}

/** What was found out of one entry; needed for those beneath it. */
export interface Verdict {
  readonly taken: boolean;
  readonly includes: Matches | undefined;
  readonly excludes: Matches | undefined;
}

/** Which patterns matched, in their order, and what came of it. */
interface Matches {
  readonly matched: boolean;
  readonly patterns: readonly boolean[];
}

/**
 * Takes what the `includes` match (all, when there are none) and the `excludes` don't.
 *
 * @throws `dockerfile.invalid` for a pattern that Docker refuses; `params.pattern` has it
 */
export function selectBy(includes: readonly string[], excludes: readonly string[]): Selection {
  const included = parsePatterns(includes);
  const excluded = parsePatterns(excludes);
  return {
    judge(path, folder) {
      const isIn = included.length === 0 ? undefined : match(included, path, folder?.includes);
      const isOut = excluded.length === 0 ? undefined : match(excluded, path, folder?.excludes);
      return { taken: isIn?.matched !== false && isOut?.matched !== true, includes: isIn, excludes: isOut };
    },
    mayTakeBelow(path, verdict) {
      if (verdict.includes?.matched === false) {
        if (!included.some((pattern) => !pattern.exception && pattern.mayMatchBelow(path))) return false;
      }
      if (verdict.excludes?.matched === true) {
        return excluded.some((pattern) => pattern.exception && pattern.mayMatchBelow(path));
      }
      return true;
    },
  };
}

function parsePatterns(lines: readonly string[]): readonly Pattern[] {
  return lines.flatMap((line) => {
    try {
      return parsePattern(line) ?? [];
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      throw appFailure('dockerfile.invalid', { params: { pattern: line }, cause: error.message }, error);
    }
  });
}

/** moby's `MatchesUsingParentResults`. */
function match(patterns: readonly Pattern[], path: string, parent: Matches | undefined): Matches {
  let matched = false;
  const each: boolean[] = [];
  for (let index = 0; index < patterns.length; index++) {
    const pattern = patterns[index] as Pattern;
    // A pattern that could change nothing isn't asked, and counts as no match for what lies beneath: as in moby.
    const hit = parent?.patterns[index] === true || (pattern.exception === matched && pattern.matches(path));
    each.push(hit);
    if (hit) matched = !pattern.exception;
  }
  return { matched, patterns: each };
}
