import { app, type Session } from 'electron';
import { isSameSite } from '../ipc/sender.ts';

/**
 * Keeps every page of the app where it is (Electron's security checklist 5, 12, 13, 14): it may go to no other site, open
 * no window, embed no web view and get no permission. Addresses are opened by the `app.openExternal` operation alone.
 */
export function guardPages(pageUrl: string): void {
  app.on('web-contents-created', (_, contents) => {
    contents.on('will-navigate', (event) => {
      if (!isSameSite(event.url, pageUrl)) event.preventDefault();
    });
    contents.on('will-redirect', (event) => event.preventDefault());
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  });
}

/** No camera, no location, no notifications of the page's own: nothing asks, so nothing is granted. */
export function denyPermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
}
