/**
 * What may be handed to git at all. Git takes a remote that begins with `-` for an option, runs programs for `ext::`, and asks ssh for
 * hosts that are options; so whatever isn't plainly one of the few forms that we know is refused before git is started.
 */
import path from 'node:path';
import { type AppFailure, appFailure } from '@shared/model/app-error.ts';

export type Scheme = 'https' | 'http' | 'ssh' | 'git';

/** A remote that was checked. */
export interface Remote {
  readonly scheme: Scheme;
  /** As handed to git: `https://host/path`, `ssh://user@host:22/path`, `git@host:path`. */
  readonly url: string;
  /** With its port where that isn't the scheme's own, in lower case, IPv6 in brackets: `git.example:8443`. */
  readonly host: string;
  /** Without port and brackets. */
  readonly hostname: string;
}

/** What a ref's text asks for. `name` is tried as a branch, as a tag, and as the beginning of a commit's id. */
export type Wanted =
  | { readonly kind: 'default' }
  | { readonly kind: 'branch'; readonly name: string }
  | { readonly kind: 'tag'; readonly name: string }
  /** Any other whole name of a ref. */
  | { readonly kind: 'ref'; readonly ref: string }
  | { readonly kind: 'commit'; readonly id: string }
  | { readonly kind: 'name'; readonly name: string };

const longestRemote = 2048;
const longestName = 1024;
const defaultPorts: Readonly<Record<Scheme, string>> = { https: '443', http: '80', ssh: '22', git: '9418' };

/** Control characters, blanks, and what terminals and people read in another order than it stands. */
const unprintable = /[\p{C}\p{Z}]/u;
/** The same, percent-encoded; git undoes that before it writes a line to a credential helper (CVE-2020-5260). */
const encodedControl = /%(?:[01][0-9a-f]|7f)/i;
const hostName = /^[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?\.?$/i;
const userName = /^[a-z0-9_][a-z0-9._+-]*$/i;

/** @throws AppFailure `source.invalid` */
export function parseRemote(text: string): Remote {
  const no = (reason: string) => invalid(withoutUserInfo(text), reason);
  if (text === '') throw no('no address');
  if (text.length > longestRemote) throw no(`longer than ${longestRemote} characters`);
  if (unprintable.test(text)) throw no('a blank or a control character');
  if (encodedControl.test(text)) throw no('an encoded control character');
  if (text.includes('\\')) throw no('a backslash');
  const [, named, rest = ''] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/i.exec(text) ?? [];
  if (named === undefined) return scpLike(text, no);
  const scheme = schemeOf(named);
  if (scheme === undefined) throw no(`git is not fetched by ${named}`);
  const slash = rest.indexOf('/');
  const authority = slash === -1 ? rest : rest.slice(0, slash);
  const at = authority.lastIndexOf('@');
  const user = at === -1 ? undefined : authority.slice(0, at);
  const { hostname, port, written } = hostAndPort(authority.slice(at + 1), no);
  if (user !== undefined && scheme !== 'ssh') throw no('credentials do not belong in an address');
  if (user !== undefined && !userName.test(user)) throw no('not a user name');
  const place = pathOf(slash === -1 ? '' : rest.slice(slash), scheme, no);
  const host = hostText(hostname, port === defaultPorts[scheme] ? '' : port);
  // ssh's own configuration may know a host by just this spelling.
  const target = scheme === 'ssh' ? written : host;
  return { scheme, hostname, host, url: `${scheme}://${user === undefined ? '' : `${user}@`}${target}${place}` };
}

/** `git@host:path`, which is ssh. */
function scpLike(text: string, no: (reason: string) => AppFailure): Remote {
  const [, user = '', host = '', place = ''] = /^([^@:/]+)@([^:/]+):(.*)$/.exec(text) ?? [];
  if (place === '') throw no('not the address of a git repository');
  if (!userName.test(user)) throw no('not a user name');
  if (!hostName.test(host)) throw no('not a host');
  if (place.startsWith('-') || place.startsWith(':')) throw no('not a path');
  const hostname = host.toLowerCase();
  return { scheme: 'ssh', hostname, host: hostname, url: `${user}@${host}:${place}` };
}

function schemeOf(text: string): Scheme | undefined {
  const scheme = text.toLowerCase();
  return scheme === 'https' || scheme === 'http' || scheme === 'ssh' || scheme === 'git' ? scheme : undefined;
}

function hostAndPort(text: string, no: (reason: string) => AppFailure) {
  const [, bracketed, plain = '', port = ''] = /^(?:\[([0-9a-f:.]+)\]|([^:[\]]*))(?::(\d{1,5}))?$/i.exec(text) ?? [];
  if (bracketed === undefined && !hostName.test(plain)) throw no('not a host');
  if (port !== '' && (Number(port) === 0 || Number(port) > 65_535)) throw no('not a port');
  // As URLs know a host: 0x7f.1 and 2130706433 are 127.0.0.1.
  const url = `http://${bracketed === undefined ? plain : `[${bracketed}]`}`;
  if (!URL.canParse(url)) throw no('not a host');
  const hostname = new URL(url).hostname.replace(/^\[|\]$/g, '');
  return { hostname, port: port === '' ? '' : String(Number(port)), written: text };
}

function hostText(hostname: string, port: string): string {
  const host = hostname.includes(':') ? `[${hostname}]` : hostname;
  return port === '' ? host : `${host}:${port}`;
}

function pathOf(text: string, scheme: Scheme, no: (reason: string) => AppFailure): string {
  if (text.replaceAll('/', '') === '') throw no('no path');
  if (text.startsWith('/-')) throw no('not a path');
  if (scheme === 'ssh' || scheme === 'git') return text;
  if (text.includes('?')) throw no('a query');
  if (text.includes('#')) throw no('a fragment');
  return new URL(`http://host${text}`).pathname;
}

/**
 * What a ref asks for; absent or empty, the default branch.
 * @throws AppFailure `source.invalid` for what can be no ref (git-check-ref-format)
 */
export function parseRef(text: string | undefined): Wanted {
  if (text === undefined || text === '' || text === 'HEAD') return { kind: 'default' };
  const fault = refFault(text);
  if (fault !== undefined) throw invalid(text, fault);
  if (/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i.test(text)) return { kind: 'commit', id: text.toLowerCase() };
  const [, space, name] = /^refs\/(heads|tags)\/(.+)$/.exec(text) ?? [];
  if (name !== undefined) return { kind: space === 'heads' ? 'branch' : 'tag', name };
  if (text.startsWith('refs/')) return { kind: 'ref', ref: text };
  // As GitHub, GitLab and Bitbucket Server name the heads of requests.
  if (/^(?:pull|merge-requests|pull-requests)\/\d+\/(?:head|merge|from)$/.test(text)) {
    return { kind: 'ref', ref: `refs/${text}` };
  }
  return { kind: 'name', name: text };
}

/** Why git allows no such name, or nothing. */
function refFault(text: string): string | undefined {
  if (text.length > longestName) return `longer than ${longestName} characters`;
  if (text.startsWith('-')) return 'it begins with a dash';
  if (/[\p{Cc}\p{Zl}\p{Zp}\p{Cs} ~^:?*[\\]/u.test(text)) return 'a character that no ref may have';
  if (text.includes('..') || text.includes('@{') || text === '@') return 'a name that means something else to git';
  if (text.endsWith('.')) return 'it ends with a dot';
  if (text.split('/').some((part) => part === '' || part.startsWith('.') || part.endsWith('.lock'))) {
    return 'a part that no ref may have';
  }
  return undefined;
}

/** Whether git allows this as the name of a branch or a tag. */
export function isRefName(name: string): boolean {
  return refFault(name) === undefined;
}

/** The beginning of a commit's id, as git takes it. */
export function isAbbreviation(name: string): boolean {
  return /^[0-9a-f]{4,63}$/i.test(name);
}

/**
 * The parts of a folder's path below the root; none for the root itself. Slashes at either end mean nothing.
 * @throws AppFailure `source.invalid`, `source.folderOutside`
 */
export function parseFolder(text: string | undefined): readonly string[] {
  if (text === undefined) return [];
  if (text.length > 4096) throw invalid(text, 'longer than 4096 characters');
  if (/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u.test(text)) throw invalid(text, 'a control character');
  if (path.sep === '\\' && /[\\:]/.test(text)) throw invalid(text, 'a character that no folder here may have');
  const clean = path.posix.normalize(`./${text}`);
  const parts = clean.split('/').filter((part) => part !== '' && part !== '.');
  if (parts[0] === '..') throw appFailure('source.folderOutside', { params: { folder: text }, fixes: fixInputs });
  return parts;
}

const fixInputs = [{ kind: 'editInputs' as const }];

function invalid(text: string, reason: string): AppFailure {
  return appFailure('source.invalid', { params: { text: oneLine(text), reason }, cause: reason, fixes: fixInputs });
}

/** A text as it may stand in a message. */
export function oneLine(text: string, longest = 200): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, '\u{FFFD}');
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
}

/** An address without what may be a password; a slash in it may be why it is no address. */
export function withoutUserInfo(text: string): string {
  return text.replace(/^([a-z][a-z0-9+.-]*:\/\/).*@/is, '$1***@');
}
