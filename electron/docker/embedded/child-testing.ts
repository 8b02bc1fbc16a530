// A process of its own that takes a share in the embedded engine, for embedded-engine.itg.test.ts.
import { joinEmbeddedEngine } from './embedded-engine.ts';

const [home = ''] = process.argv.slice(2);
const engine = await joinEmbeddedEngine(
  { home, env: process.env },
  () => process.send?.('starting'),
  new AbortController().signal,
);
process.on('message', () => {
  void engine.leave().then(() => process.send?.('left', () => process.exit(0)));
});
process.send?.(engine.endpoint.host);
