import { takes, type TemplateFunction } from '../functions.ts';
import { CallFailed } from '../template-error.ts';
import { SemanticVersion } from './semantic-version.ts';

/** One condition of a constraint: `>=1.2`, `~1.2.x`. */
interface Condition {
  readonly operator: string;
  readonly version: SemanticVersion;
  /** Parts that are missing or a wildcard. */
  readonly open: 'none' | 'all' | 'minor' | 'patch';
}

/** A version of a constraint: parts may be wildcards. */
const part = '[0-9xX|*]+';
const identifiers = '[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*';
const version = `v?(${part})(\\.${part})?(\\.${part})?((?:-${identifiers})?)((?:\\+${identifiers})?)`;
const condition = new RegExp(`^\\s*(!=|>=|=>|<=|=<|~>|[=><~^]?)\\s*${version}\\s*$`);
const hyphenated = new RegExp(`\\s*(${version})\\s+-\\s+(${version})\\s*`, 'g');

/** Longer ones are no constraints that a person wrote. */
const longest = 1000;

/**
 * Whether a version fits, by the rules of Masterminds/semver 1.5: `||` between alternatives, a comma between conditions (a blank
 * doesn't do), `a - b` for a range. A pre-release fits only where the condition names one.
 */
function fits(constraint: string, text: string): boolean {
  if (constraint.length > longest) throw new CallFailed(`improper constraint: ${constraint.slice(0, longest)}`);
  const alternatives = constraint
    .replaceAll(hyphenated, (_, from: string, ...rest: readonly string[]) => `>= ${from}, <= ${rest[5] ?? ''}`)
    .split('||')
    .map((alternative) => alternative.split(',').map(parseCondition));
  const found = SemanticVersion.parse(text);
  if (typeof found === 'string') throw new CallFailed(found);
  return alternatives.some((conditions) => conditions.every((each) => meets(found, each)));
}

function parseCondition(text: string): Condition {
  const match = condition.exec(text);
  if (match === null) throw new CallFailed(`improper constraint: ${text}`);
  const [, operator = '', major = '', minor = '', patch = '', prerelease = ''] = match;
  const read = (plain: string, open: Condition['open']): Condition => {
    const parsed = SemanticVersion.parse(plain);
    if (typeof parsed === 'string') throw new CallFailed('constraint Parser Error');
    return { operator, version: parsed, open };
  };
  if (isWildcard(major)) return read('0.0.0', 'all');
  if (minor === '' || isWildcard(minor.slice(1))) return read(`${major}.0.0${prerelease}`, 'minor');
  if (isWildcard(patch.slice(1))) return read(`${major}${minor}.0${prerelease}`, 'patch');
  return read(text.trim().slice(operator.length).trim(), 'none');
}

function isWildcard(text: string): boolean {
  return text === 'x' || text === 'X' || text === '*';
}

function meets(found: SemanticVersion, { operator, version: wanted, open }: Condition): boolean {
  const order = found.compare(wanted);
  const closed = open === 'none';
  if (operator === '!=' && closed) return order !== 0;
  if (found.prerelease !== '' && wanted.prerelease === '') return false;
  switch (operator) {
    case '!=':
      return found.major !== wanted.major || (found.minor !== wanted.minor && open !== 'minor');
    case '>':
      return order > 0;
    case '>=':
    case '=>':
      return order >= 0;
    case '<':
      return closed ? order < 0 : isUpTo(found, wanted, open);
    case '<=':
    case '=<':
      return closed ? order <= 0 : isUpTo(found, wanted, open);
    case '^':
      return order >= 0 && found.major === wanted.major;
    case '~':
    case '~>':
      return isNear(found, wanted, open);
    default:
      return closed ? order === 0 : isNear(found, wanted, open);
  }
}

function isUpTo(found: SemanticVersion, wanted: SemanticVersion, open: Condition['open']): boolean {
  return found.major <= wanted.major && !(found.minor > wanted.minor && open !== 'minor');
}

function isNear(found: SemanticVersion, wanted: SemanticVersion, open: Condition['open']): boolean {
  if (found.compare(wanted) < 0) return false;
  const zero = wanted.major === 0n && wanted.minor === 0n && wanted.patch === 0n;
  if (zero && open !== 'minor' && open !== 'patch') return true;
  return found.major === wanted.major && (found.minor === wanted.minor || open === 'minor');
}

export const versions: Readonly<Record<string, TemplateFunction>> = {
  semver: takes(['string'], (_, text) => {
    const parsed = text.length > longest ? 'Invalid Semantic Version' : SemanticVersion.parse(text);
    if (typeof parsed === 'string') throw new CallFailed(parsed);
    return parsed;
  }),
  semverCompare: takes(['string', 'string'], ({ budget }, constraint, text) => {
    budget.spend(constraint.length);
    return fits(constraint, text);
  }),
};
