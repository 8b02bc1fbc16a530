import { formatImageReference, type ImageReference } from '@shared/model/image-reference.ts';
import type { Authorizer } from './authorization.ts';
import { type Asked, failureOf } from './failures.ts';
import type { Http } from './http.ts';
import type { Origins } from './origins.ts';
import { createSignedIn } from './signed-in.ts';

/** Nothing is said there but what went wrong. */
const answerBytes = 65_536;

/** Begins an upload to a repository and gives it up again. @throws AppFailure as `Registry.takesUploads` */
export type UploadProbe = (image: ImageReference, signal: AbortSignal) => Promise<void>;

/** Asks once: what it is told is of this moment. */
export function createUploadProbe(http: Http, origins: Origins, authorizer: Authorizer): UploadProbe {
  const once: Http['once'] = (request, asked, signal) => http.once(request, asked, signal);
  const signedIn = createSignedIn({ exchange: once, once }, origins, authorizer);
  return async (image, signal) => {
    const { registry, repository } = image;
    const asked: Asked = { registry, image: formatImageReference(image) };
    const scope = `repository:${repository}:pull,push`;
    const ask = async (method: 'POST' | 'DELETE', place: string) =>
      (await signedIn.ask({ method, place, scope, maxBytes: answerBytes }, asked, signal)).answer;
    const begun = await ask('POST', `/v2/${repository}/blobs/uploads/`);
    if (begun.status !== 202) throw failureOf(asked, begun);
    const location = begun.header('location') ?? '';
    if (!URL.canParse(location, begun.url.href)) return;
    const upload = new URL(location, begun.url);
    // One that is kept elsewhere ends by itself there: no credential goes along.
    if (upload.origin !== begun.url.origin) return;
    try {
      await ask('DELETE', `${upload.pathname}${upload.search}`);
    } catch {
      // It takes uploads: that was the question. Registries clear those away that nobody goes on with.
      signal.throwIfAborted();
    }
  };
}
