// npm start: prepare, build what has changed, open the app. Words after `--` go to the app.
import { asCommand, prepareToStart } from './setup.mjs';
import { ensureBuilt } from './setup/build.mjs';
import { projectRoot } from './setup/folders.mjs';
import { isRoot, runWithWindow } from './setup/launch.mjs';
import { say } from './setup/shell.mjs';

await asCommand(async () => {
  const electron = await prepareToStart();
  if (!(await ensureBuilt())) return 1;
  const flags = [];
  if (isRoot()) {
    say("running as root, for whom Chromium's sandbox does not work: starting with --no-sandbox");
    flags.push('--no-sandbox');
  }
  return runWithWindow(electron.executable, [...flags, projectRoot, ...process.argv.slice(2)], { cwd: projectRoot });
});
