// A process of its own with a shell in a failed build, for open-failed-build.itg.test.ts, which kills it.
import { createSessionThreads } from '../session/session-threads.ts';
import net from 'node:net';
import path from 'node:path';
import { openFailedBuild } from './open-failed-build.ts';

const [socket = '', root = '', store = '', word = ''] = process.argv.slice(2);
const terminal = await openFailedBuild(
  {
    connect: () => Promise.resolve(net.connect(socket)),
    address: { path: socket },
    store: store === 'containerd' ? 'containerd' : 'graphdriver',
    threads: createSessionThreads(),
    sharedKey: 'test',
  },
  {
    runId: 'ca1',
    context: { root, dockerfile: path.join(root, 'Dockerfile') },
    tags: [],
    buildArgs: [],
    secrets: new Map(),
    ssh: [],
    labels: {},
    platforms: [],
    noCache: false,
    pull: false,
  },
  { forHost: () => Promise.resolve(undefined), hosts: () => Promise.resolve([]) },
  { commands: [['/bin/sh']], columns: 80, rows: 24 },
  new AbortController().signal,
);
terminal.output.resume();
await terminal.write(Buffer.from(`sh -c "trap : HUP TERM; sleep 600; : ${word}"\n`));
