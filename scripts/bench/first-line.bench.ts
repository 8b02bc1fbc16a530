// From pressing Build to the first line of the daemon's in the log, beyond what the daemon itself takes to say anything.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { startDaemonClock } from './daemon-clock.ts';
import { median, tell, tellHeader } from './figures.ts';
import type { Bench } from './parts.ts';
import { startSlipway } from './slipway.ts';

const rounds = 15;

export async function bench({ parts }: Bench): Promise<void> {
  const work = await mkdtemp(path.join(os.tmpdir(), 'slipway-bench-'));
  try {
    const context = path.join(work, 'context');
    await mkdir(context);
    await writeFile(path.join(context, 'hello.txt'), 'hello');
    tellHeader();
    for (const engine of parts.engines) {
      const clock = await startDaemonClock(new URL(engine.host).pathname, path.join(work, `${engine.name}.sock`));
      const slipway = await startSlipway(path.join(work, engine.name), clock.host);
      try {
        const [whole, daemon, beyond]: [number[], number[], number[]] = [[], [], []];
        for (let round = 0; round < rounds; round++) {
          const text = `FROM ${parts.busybox.local}\nCOPY hello.txt /hello.txt\nRUN echo round ${round}\n`;
          await writeFile(path.join(context, 'Dockerfile'), text);
          const { pressed, firstLine = NaN } = await slipway.build({ context, way: 'runtime' });
          whole.push(firstLine - pressed);
          daemon.push(clock.latest());
          beyond.push(firstLine - pressed - clock.latest());
        }
        const slowest = Math.max(...beyond);
        tell({
          what: `Docker Engine ${engine.name}: Build pressed to the daemon's first line`,
          figure: `${median(whole).toFixed(0)} ms`,
          beside: `daemon alone ${median(daemon).toFixed(0)} ms`,
        });
        tell({
          what: `  beyond the daemon (of ${rounds})`,
          figure: `${median(beyond).toFixed(0)} ms (at most ${slowest.toFixed(0)})`,
          target: '< 500 ms',
          ok: slowest < 500,
        });
      } finally {
        await slipway.stop();
        await clock.close();
      }
    }
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
