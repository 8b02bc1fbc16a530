import path from 'node:path';
import { app, clipboard, shell } from 'electron';
import type { ContractHandlers } from '@shared/contract/index.ts';
import { appFailure } from '@shared/model/app-error.ts';
import type { Dialogs } from './dialogs.ts';
import { isWebAddress } from './web-address.ts';

/** The operations that need the desktop. */
export function appHandlers(home: string, dialogs: Dialogs): ContractHandlers['app'] {
  return {
    info: async () => ({
      version: app.getVersion(),
      platform: desktopPlatform(),
      locale: app.getLocale(),
      home,
      sample: path.join(assetsFolder(), 'samples/hello'),
    }),
    chooseFolder: () => dialogs.chooseFolder(),
    chooseDockerfile: ({ context }) => dialogs.chooseDockerfile(context),
    chooseTaskFile: () => dialogs.chooseTaskFile(),
    chooseValuesFile: ({ folder }) => dialogs.chooseValuesFile(folder),
    async openExternal({ url }) {
      if (!isWebAddress(url))
        throw appFailure('request.invalid', { params: { operation: 'app.openExternal', detail: url } });
      await shell.openExternal(url);
    },
    copy: async ({ text }) => clipboard.writeText(text),
  };
}

/** Real files, not inside the archive: an engine reads them. */
export function assetsFolder(): string {
  return path.join(app.isPackaged ? process.resourcesPath : app.getAppPath(), 'assets');
}

function desktopPlatform(): 'linux' | 'darwin' | 'win32' {
  return process.platform === 'darwin' || process.platform === 'win32' ? process.platform : 'linux';
}
