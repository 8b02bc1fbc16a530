// Keep the real parts running, to try things by hand or to run single tests without waiting for them:
//   node scripts/parts/up.mjs       then, elsewhere, with the line that it prints:  npm test -- integration NAME
import path from 'node:path';
import { importTypeScript } from '../run-ts.mjs';
import { asCommand, prepareToTest } from '../setup.mjs';
import { projectRoot } from '../setup/folders.mjs';

await asCommand(async () => {
  await prepareToTest();
  const { keepUp } = await importTypeScript(path.join(projectRoot, 'scripts/parts/up.ts'));
  await keepUp();
});
