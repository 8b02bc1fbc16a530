import { fromBytes, toBytes } from '../byte-text.ts';
import { takes, type TemplateFunction } from '../functions.ts';
import { quote } from '../quote.ts';
import { CallFailed } from '../template-error.ts';
import { Dict, kindName, type Value } from '../values.ts';
import { formatUrl, hostName, parseUrl, type UrlParts } from './go-url.ts';

/** Escapes are about bytes, so a URL is taken apart with each byte as a letter. */
function asBytes(text: string): string {
  return toBytes(text).toString('latin1');
}

function asText(bytes: string): string {
  return fromBytes(Buffer.from(bytes, 'latin1'));
}

/** A URL that must be one. */
function parse(bytes: string, purpose: string): UrlParts {
  const parsed = parseUrl(bytes);
  if (!('problem' in parsed)) return parsed;
  throw new CallFailed(`unable to parse ${purpose}: parse ${quote(asText(parsed.url))}: ${asText(parsed.problem)}`);
}

function partOf(dictionary: Dict, key: string): string {
  const value = dictionary.entries.get(key);
  if (value === undefined) return '';
  if (typeof value === 'string') return asBytes(value);
  if (value === null) throw new CallFailed('runtime error: invalid memory address or nil pointer dereference');
  throw new CallFailed(`unable to parse ${key} key, must be of type string, but ${kindName(value)} found`);
}

function join(dictionary: Dict): string {
  const part = (key: string) => partOf(dictionary, key);
  const parts = {
    scheme: part('scheme'),
    host: part('host'),
    path: part('path'),
    query: part('query'),
    opaque: part('opaque'),
    fragment: part('fragment'),
  };
  const userinfo = part('userinfo');
  if (userinfo === '') return asText(formatUrl({ ...parts, user: undefined }));
  const { user } = parse(`proto://${userinfo}@host`, 'userinfo in dict');
  return asText(formatUrl({ ...parts, user }));
}

export const urls: Readonly<Record<string, TemplateFunction>> = {
  urlParse: takes(['string'], ({ budget }, text) => {
    budget.spend(text.length >> 1);
    budget.allocate(16 * text.length + 512);
    const url = parse(asBytes(text), 'url');
    const entries: readonly (readonly [string, string])[] = [
      ['scheme', url.scheme],
      ['host', url.host],
      ['hostname', hostName(url.host)],
      ['path', url.path],
      ['query', url.query],
      ['opaque', url.opaque],
      ['fragment', url.fragment],
      ['userinfo', url.user ?? ''],
    ];
    return new Dict('interface {}', new Map<string, Value>(entries.map(([key, bytes]) => [key, asText(bytes)])));
  }),
  urlJoin: takes(['map[string]interface {}'], ({ budget }, dictionary) => {
    for (const value of dictionary.entries.values()) if (typeof value === 'string') budget.allocate(16 * value.length);
    return join(dictionary);
  }),
};
