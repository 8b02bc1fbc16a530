import { builtins } from './builtins.ts';
import { takes, type TemplateFunction } from './functions.ts';
import { dates } from './sprig/dates.ts';
import { dicts } from './sprig/dicts.ts';
import { hashes } from './sprig/hashes.ts';
import { json } from './sprig/json.ts';
import { keys } from './sprig/keys.ts';
import { lists } from './sprig/lists.ts';
import { numbers } from './sprig/numbers.ts';
import { paths } from './sprig/paths.ts';
import { random } from './sprig/random.ts';
import { regexes } from './sprig/regex.ts';
import { secrets } from './sprig/secrets.ts';
import { versions } from './sprig/semver.ts';
import { strings } from './sprig/strings.ts';
import { types } from './sprig/types.ts';
import { urls } from './sprig/urls.ts';

/** What would read the machine gives nothing: a task from elsewhere must not see a desk's variables and hosts. */
const host: Readonly<Record<string, TemplateFunction>> = {
  env: takes(['string'], () => ''),
  expandenv: takes(['string'], () => ''),
  getHostByName: takes(['string'], () => ''),
};

/** What takes so long that a template rehearses before it is done. */
export function makesKeys(name: string): boolean {
  return Object.hasOwn(keys, name);
}

/**
 * The functions of a task's templates: those of Go's text/template, and over them the text functions of sprig 2.22 (spec:
 * templating 4).
 */
export const templateFunctions: ReadonlyMap<string, TemplateFunction> = new Map(
  Object.entries({
    ...builtins,
    ...dates,
    ...dicts,
    ...hashes,
    ...host,
    ...json,
    ...keys,
    ...lists,
    ...numbers,
    ...paths,
    ...random,
    ...regexes,
    ...secrets,
    ...strings,
    ...types,
    ...urls,
    ...versions,
    hello: takes([], () => 'Hello!'),
  }),
);
