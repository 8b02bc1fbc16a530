import { quote } from '../quote.ts';

/** A URL taken apart as Go's net/url does. Each letter is a byte (`latin1`). */
export interface UrlParts {
  readonly scheme: string;
  readonly opaque: string;
  /** As it is written again: escaped. */
  readonly user: string | undefined;
  readonly host: string;
  readonly path: string;
  readonly query: string;
  readonly fragment: string;
}

type Part = 'path' | 'user' | 'host' | 'zone' | 'fragment';

/** What may stand unescaped beside letters, digits and `-_.~`. */
const plain: Readonly<Record<Part, string>> = {
  path: '$&+,/:;=@',
  user: '$&+,;=',
  host: '!$&\'()*+,;=:[]<>"',
  zone: '!$&\'()*+,;=:[]<>"',
  fragment: '$&+,/:;=?@!()*',
};

class Malformed extends Error {}

/** The parts, or what is wrong with which URL, in Go's words. */
export function parseUrl(url: string): UrlParts | { readonly url: string; readonly problem: string } {
  const hash = url.indexOf('#');
  const base = hash === -1 ? url : url.slice(0, hash);
  let read = base;
  try {
    const parts = parseWithoutFragment(base);
    read = url;
    return { ...parts, fragment: hash === -1 ? '' : unescape(url.slice(hash + 1), 'fragment') };
  } catch (error) {
    if (error instanceof Malformed) return { url: read, problem: error.message };
    throw error;
  }
}

function parseWithoutFragment(url: string): Omit<UrlParts, 'fragment'> {
  if (/[^ -~\P{ASCII}]/u.test(url)) throw new Malformed('net/url: invalid control character in URL');
  const empty = { scheme: '', opaque: '', user: undefined, host: '', path: '', query: '' };
  if (url === '*') return { ...empty, path: '*' };
  if (url.startsWith(':')) throw new Malformed('missing protocol scheme');
  const [, prefix = ''] = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(url) ?? [];
  const scheme = prefix.toLowerCase();
  const behind = prefix === '' ? url : url.slice(prefix.length + 1);
  const mark = behind.indexOf('?');
  const query = mark === -1 ? '' : behind.slice(mark + 1);
  let rest = mark === -1 ? behind : behind.slice(0, mark);
  if (!rest.startsWith('/')) {
    if (scheme !== '') return { ...empty, scheme, opaque: rest, query };
    if (/^[^/]*:/.test(rest)) throw new Malformed('first path segment in URL cannot contain colon');
  }
  let user: string | undefined;
  let host = '';
  if (rest.startsWith('//') && (scheme !== '' || !rest.startsWith('///'))) {
    const end = rest.indexOf('/', 2);
    const authority = rest.slice(2, end === -1 ? undefined : end);
    rest = end === -1 ? '' : rest.slice(end);
    const at = authority.lastIndexOf('@');
    host = parseHost(authority.slice(at + 1));
    user = at === -1 ? undefined : parseUser(authority.slice(0, at));
  }
  return { ...empty, scheme, user, host, path: unescape(rest, 'path'), query };
}

function parseUser(userinfo: string): string {
  if (!/^[A-Za-z0-9._:~!$&'()*+,;=%@-]*$/.test(userinfo)) throw new Malformed('net/url: invalid userinfo');
  const colon = userinfo.indexOf(':');
  const parts = colon === -1 ? [userinfo] : [userinfo.slice(0, colon), userinfo.slice(colon + 1)];
  return parts.map((part) => escape(unescape(part, 'user'), 'user')).join(':');
}

function parseHost(host: string): string {
  const bracket = host.startsWith('[') ? host.lastIndexOf(']') : undefined;
  if (bracket === -1) throw new Malformed("missing ']' in host");
  const colon = host.lastIndexOf(':');
  const port = bracket === undefined ? (colon === -1 ? '' : host.slice(colon)) : host.slice(bracket + 1);
  if (!/^(?::[0-9]*)?$/.test(port)) throw new Malformed(`invalid port ${quote(port)} after host`);
  const zone = bracket === undefined ? -1 : host.slice(0, bracket).indexOf('%25');
  if (zone === -1) return unescape(host, 'host');
  const parts = [unescape(host.slice(0, zone), 'host'), unescape(host.slice(zone, bracket), 'zone')];
  return parts.join('') + unescape(host.slice(bracket), 'host');
}

/** Without the port, and without the brackets of an address. */
export function hostName(host: string): string {
  const name = host.replace(/:[0-9]*$/, '');
  return name.startsWith('[') && name.endsWith(']') ? name.slice(1, -1) : name;
}

export function formatUrl({ scheme, opaque, user, host, path, query, fragment }: UrlParts): string {
  let url = scheme === '' ? '' : `${scheme}:`;
  if (opaque === '') {
    const named = scheme !== '' || host !== '' || user !== undefined;
    if (named && (host !== '' || path !== '' || user !== undefined)) url += '//';
    if (user !== undefined) url += `${user}@`;
    url += escape(host, 'host');
    const escaped = path === '*' ? '*' : escape(path, 'path');
    if (escaped !== '' && !escaped.startsWith('/') && host !== '') url += '/';
    // Else its first part would pass for a scheme.
    if (url === '' && /^[^/]*:/.test(escaped)) url += './';
    url += escaped;
  } else {
    url += opaque;
  }
  if (query !== '') url += `?${query}`;
  return fragment === '' ? url : `${url}#${escape(fragment, 'fragment')}`;
}

function mayStand(letter: string, part: Part): boolean {
  return /[A-Za-z0-9_.~-]/.test(letter) || plain[part].includes(letter);
}

function escape(text: string, part: Part): string {
  return text.replaceAll(/[^A-Za-z0-9_.~-]/g, (letter) =>
    mayStand(letter, part) ? letter : `%${letter.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}

function unescape(text: string, part: Part): string {
  const isHost = part === 'host' || part === 'zone';
  const illegal = isHost ? /[^A-Za-z0-9_.~%!$&'()*+,;=:[\]<>"\u0080-\u00ff-]/.exec(text)?.[0] : undefined;
  if (illegal !== undefined) throw new Malformed(`invalid character ${quote(illegal)} in host name`);
  return text.replaceAll(/%(.{0,2})/gs, (found, digits: string) => {
    const code = /^[0-9a-fA-F]{2}$/.test(digits) ? Number.parseInt(digits, 16) : -1;
    const letter = String.fromCharCode(code);
    // In a host only what isn't ASCII is escaped, in its zone also what might stand there as it is.
    const refused = part === 'host' ? code < 0x80 : part === 'zone' && letter !== ' ' && !mayStand(letter, 'host');
    if (code === -1 || (refused && code !== 0x25)) throw new Malformed(`invalid URL escape ${quote(found)}`);
    return letter;
  });
}
