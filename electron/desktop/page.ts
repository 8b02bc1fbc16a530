import { protocol } from 'electron';
import { answerPage } from './page-files.ts';

/** Our own scheme: unlike those of `file:`, its pages can read nothing but what {@link servePage} gives them. */
const scheme = 'slipway-app';
export const pageUrl = `${scheme}://window/index.html`;

/** Must be said before the app is ready: pages of our scheme have an origin, as https pages do. */
export function declarePageScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/** Serves the built window out of `folder`, and nothing else. */
export function servePage(folder: string): void {
  protocol.handle(scheme, (request) => answerPage(folder, request.url));
}
