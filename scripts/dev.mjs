// npm run dev: the app with its window reloading as you type.
import path from 'node:path';
import { asCommand, prepareToStart } from './setup.mjs';
import { projectRoot } from './setup/folders.mjs';
import { isRoot, runWithWindow } from './setup/launch.mjs';

await asCommand(async () => {
  const electron = await prepareToStart();
  const tool = path.join(projectRoot, 'node_modules/electron-vite/bin/electron-vite.js');
  const flags = isRoot() ? ['--noSandbox'] : [];
  return runWithWindow(process.execPath, [tool, 'dev', '--watch', ...flags, ...process.argv.slice(2)], {
    cwd: projectRoot,
    env: { ELECTRON_EXEC_PATH: electron.executable },
    endSignal: 'SIGINT', // at SIGTERM Vite ends at once, while the app is still cleaning up
  });
});
