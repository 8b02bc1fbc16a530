// Connections to what a task or a context names: a stranger may have written it (spec: reliability-security S8).
import dns from 'node:dns';
import net from 'node:net';
import type { Readable } from 'node:stream';
import type { SecureContext } from 'node:tls';
import type { Dispatcher } from 'undici';
import { addressKind } from '../address-kind.ts';
import type { Reach } from '../engine/ports/sources.ts';
import { type Authorization, connectTimeout } from './send.ts';
import { shownUrl } from './shown-url.ts';
import { openTunnels } from './tunnels.ts';

export type { Reach };

/** What a guard refuses; `place` is an address, a scheme or an origin, fit to be shown. */
export type Refusal = 'address' | 'scheme' | 'redirects' | 'downgrade' | 'location';

/** Something that isn't reached, by our own decision. */
export class RefusedPlace extends Error {
  override name = 'RefusedPlace';
  readonly refusal: Refusal;
  readonly place: string;

  constructor(refusal: Refusal, place: string, message: string) {
    super(message);
    this.refusal = refusal;
    this.place = place;
  }
}

export interface GuardedRequest {
  readonly method?: 'GET' | 'HEAD' | 'POST';
  readonly url: URL;
  /** Redirects take it along. */
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** For the first origin; no redirect takes it anywhere else, or back. */
  readonly authorization?: Authorization | undefined;
}

/** An answer whose body is still to come: to be read, or destroyed. */
export interface StreamedAnswer {
  /** Where it came from in the end. */
  readonly url: URL;
  readonly status: number;
  header(name: string): string | undefined;
  readonly body: Readable;
}

export interface GuardedConnections {
  /**
   * For clients that ask for themselves and follow no redirect without asking here again: what connects to this address, and to none
   * that may not be reached.
   * @throws {@link RefusedPlace}; so does a request by it, where a name turns out to be such an address
   */
  dispatcherFor(url: URL): Promise<Dispatcher>;
  /**
   * Asks, and follows redirects; each is checked as the first address was.
   * @throws {@link RefusedPlace}, what {@link import('./send.ts').noAnswer} reads, and the signal's reason
   */
  ask(request: GuardedRequest, signal: AbortSignal): Promise<StreamedAnswer>;
  /** Ends them all at once, answers that are still read included. */
  close(): Promise<void>;
}

/** All addresses of a name; `dns.lookup`, but for tests. */
export type LookUp = (
  name: string,
  answer: (error: NodeJS.ErrnoException | null, addresses: readonly dns.LookupAddress[]) => void,
) => void;

export interface GuardOptions {
  /** Redirects that are followed. */
  readonly redirects?: number;
  /** Ms without a byte after which an answer is given up; 30 s. */
  readonly silence?: number;
  /** Where proxies are named: `HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY`, in either case; the process's own. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly lookUp?: LookUp;
  /** Of whom a certificate is taken: `any` on this machine itself, as Docker has it for registries; `known` alone otherwise. */
  readonly ownCertificates?: 'known' | 'any';
  /** Whose certificates are taken; Node's own list. */
  readonly authorities?: SecureContext | undefined;
}

const silence = 30_000;
const redirectLimit = 5;

/**
 * Opens connections that reach no further than they may. The addresses of a name are looked up once a connection, all of
 * them checked, and those are connected to: a second answer of the name can't differ.
 *
 * Through a proxy it is the proxy that looks up and connects, so what it reaches is for its own rules to say. All that can be
 * done here is done: addresses are checked as they are written, and as the name resolves here, if it does. What is this
 * machine's own (`localhost`, 127.0.0.1) never goes to a proxy, where it would be the proxy's machine.
 */
export async function openGuarded(reach: Reach, options: GuardOptions = {}): Promise<GuardedConnections> {
  const { Agent, EnvHttpProxyAgent } = await import('undici');
  const lookUp = options.lookUp ?? ((name, answer) => dns.lookup(name, { all: true }, answer));
  const timeout = options.silence ?? silence;
  const trust = options.authorities === undefined ? {} : { secureContext: options.authorities };
  const settings = {
    headersTimeout: timeout,
    bodyTimeout: timeout,
    connect: { timeout: connectTimeout, lookup: checkedLookup(reach, lookUp), ...trust },
  };
  const direct = new Agent(settings);
  const own = new Agent({
    ...settings,
    connect: { ...settings.connect, rejectUnauthorized: options.ownCertificates !== 'any' },
  });
  const proxies = proxiesOf(options.environment ?? process.env);
  const proxied =
    proxies === undefined
      ? undefined
      : new EnvHttpProxyAgent({
          ...settings,
          ...proxies,
          requestTls: trust,
          clientFactory: await openTunnels(timeout),
        });

  /** Once more by the system's resolver, where a proxy would ask its own. */
  const check = async (name: string): Promise<void> => {
    const { error } = await new Promise<Checked>((resolve) => lookUpChecked(name, reach, lookUp, resolve));
    // Names that only the proxy knows are the proxy's.
    if (error instanceof RefusedPlace) throw error;
  };

  const dispatcherFor = async (url: URL): Promise<Dispatcher> => {
    const name = hostOf(url);
    const refused = net.isIP(name) === 0 ? undefined : refusalOf(name, name, reach);
    if (refused !== undefined) throw refused;
    if (isThisMachine(name)) return own;
    if (proxied === undefined) return direct;
    if (net.isIP(name) === 0) await check(name);
    return proxied;
  };

  return {
    dispatcherFor,

    async ask({ method = 'GET', url: first, body: sent = null, headers = {}, authorization }, signal) {
      let url = first;
      let proof = authorization?.header;
      for (let redirects = 0; ; redirects++) {
        signal.throwIfAborted();
        if (url.protocol !== 'https:' && url.protocol !== 'http:')
          throw new RefusedPlace('scheme', url.protocol, `nothing is fetched by ${url.protocol}`);
        const dispatcher = await dispatcherFor(url);
        const {
          statusCode,
          headers: told,
          body,
        } = await dispatcher.request({
          origin: url.origin,
          path: `${url.pathname}${url.search}`,
          method,
          body: sent,
          signal,
          headers: {
            'user-agent': 'slipway',
            ...headers,
            ...(proof === undefined ? {} : { authorization: proof }),
          },
        });
        const header = (name: string) => {
          const value = told[name];
          return Array.isArray(value) ? value.join(', ') : value;
        };
        const location = header('location');
        if (![301, 302, 303, 307, 308].includes(statusCode) || location === undefined)
          return { url, status: statusCode, header, body };
        body.on('error', () => undefined).destroy(); // nobody reads what a redirect says
        const limit = options.redirects ?? redirectLimit;
        if (redirects === limit)
          throw new RefusedPlace('redirects', shownUrl(first), `more than ${limit} redirects of ${shownUrl(first)}`);
        const next = nextOf(url, location);
        if (next.origin !== url.origin) proof = undefined;
        url = next;
      }
    },

    async close() {
      await Promise.all([direct.destroy(), own.destroy(), proxied?.destroy()]);
    },
  };
}

/** Where a redirect leads. What was asked for over https isn't taken from where anybody on the way could change it. */
function nextOf(from: URL, location: string): URL {
  if (!URL.canParse(location, from.href))
    throw new RefusedPlace('location', shownUrl(from), `${shownUrl(from)} redirects to what is no address`);
  const next = new URL(location, from.href);
  next.username = '';
  next.password = '';
  if (from.protocol === 'https:' && next.protocol === 'http:')
    throw new RefusedPlace('downgrade', next.origin, `${from.origin} redirects from https to ${next.origin}`);
  return next;
}

function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

/** As it is written; what resolves to it may be anybody's name. */
function isThisMachine(name: string): boolean {
  return /^(?:.*\.)?localhost\.?$/i.test(name) || addressKind(name) === 'loopback';
}

function refusalOf(name: string, address: string, reach: Reach): RefusedPlace | undefined {
  const kind = addressKind(address);
  if (kind === 'public' || (reach === 'local' && kind !== 'never')) return undefined;
  const what = name === address ? address : `${name} is ${address}, which`;
  return new RefusedPlace('address', address, `${what} is not reached from here`);
}

type Checked =
  | { readonly error: Error }
  | { readonly error?: undefined; readonly addresses: readonly [dns.LookupAddress, ...dns.LookupAddress[]] };

/** All addresses of a name, if all of them may be reached: one that may not makes its neighbours no better. */
function lookUpChecked(name: string, reach: Reach, lookUp: LookUp, answer: (found: Checked) => void): void {
  lookUp(name, (error, addresses) => {
    if (error !== null) return answer({ error });
    const [first, ...rest] = addresses;
    if (first === undefined) return answer({ error: Object.assign(new Error(name), { code: 'ENOTFOUND' }) });
    const refused = addresses
      .map(({ address }) => refusalOf(name, address, reach))
      .find((refusal) => refusal !== undefined);
    return answer(refused === undefined ? { addresses: [first, ...rest] } : { error: refused });
  });
}

function checkedLookup(reach: Reach, lookUp: LookUp): net.LookupFunction {
  return (name, { all }, callback) =>
    lookUpChecked(name, reach, lookUp, (found) => {
      if (found.error !== undefined) return callback(found.error, []);
      const [first] = found.addresses;
      return all === true ? callback(null, [...found.addresses]) : callback(null, first.address, first.family);
    });
}

/** As undici wants them told; undefined where there is none. Empty is none, as curl has it. */
function proxiesOf(environment: Readonly<Record<string, string | undefined>>) {
  const read = (name: string) => environment[name] ?? environment[name.toUpperCase()] ?? '';
  const named = { httpProxy: read('http_proxy'), httpsProxy: read('https_proxy'), noProxy: read('no_proxy') };
  return named.httpProxy === '' && named.httpsProxy === '' ? undefined : named;
}
