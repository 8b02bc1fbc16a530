// A process of its own that checks out a repository, for the tests: `node checkout-process.mjs CACHE REMOTE DESTINATION`.
import { withFileLock } from '../store/secrets/file-lock.ts';
import { createGit } from './git.ts';

const [cacheFolder = '', remote = '', destination = ''] = process.argv.slice(2);
const git = createGit({ cacheFolder, environment: process.env, lock: withFileLock });
await git.checkout(
  { remote },
  destination,
  { submodules: false, lfs: false, reach: 'local', credential: async () => undefined, onProgress: () => undefined },
  new AbortController().signal,
);
