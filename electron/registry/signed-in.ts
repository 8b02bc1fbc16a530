import { appFailure } from '@shared/model/app-error.ts';
import type { Authorization, HttpAnswer, HttpRequest } from '../http/send.ts';
import type { Authorizer } from './authorization.ts';
import { parseChallenge } from './challenge.ts';
import { type Asked, failureOf } from './failures.ts';
import type { Http } from './http.ts';
import type { Origins } from './origins.ts';

/** A request to a registry, without where it is. */
export interface RegistryRequest extends Pick<HttpRequest, 'method' | 'headers' | 'body' | 'maxBytes'> {
  /** From the root: `/v2/_catalog?n=100`. */
  readonly place: string;
  /** What it needs, as token servers name it: `repository:base/app:pull`. */
  readonly scope: string;
}

export interface SignedInAnswer {
  readonly answer: HttpAnswer;
  /** With what it was asked; undefined when nobody had to say who they are. */
  readonly authorization: Authorization | undefined;
}

/** Requests to registries, signed in as it turns out to be needed. */
export interface SignedIn {
  /**
   * The answer, whatever its status.
   * @throws AppFailure as {@link Authorizer.grant} and {@link Http.exchange}
   */
  ask(request: RegistryRequest, asked: Asked, signal: AbortSignal): Promise<SignedInAnswer>;
}

export function createSignedIn(http: Http, origins: Origins, authorizer: Authorizer): SignedIn {
  return {
    async ask({ place, scope, ...request }, asked, signal) {
      const origin = await origins.of(asked.registry, signal);
      const url = new URL(`${origin}${place}`);
      // A place that begins with another host would be one.
      if (url.origin !== origin) throw appFailure('request.invalid', { params: { reason: place } });
      const send = async (authorization: Authorization | undefined) => ({
        answer: await http.exchange({ ...request, url, authorization }, asked, signal),
        authorization,
      });
      const first = await send(authorizer.known(asked, scope));
      if (first.answer.status !== 401) return first;
      const challenge = parseChallenge(first.answer.header('www-authenticate'));
      if (challenge === undefined) throw failureOf(asked, first.answer);
      const { authorization } = await authorizer.grant(challenge, asked, origin, scope, signal);
      return await send(authorization);
    },
  };
}
