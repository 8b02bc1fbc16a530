// An image of the CNCF's registry, made of Debian's package on busybox: what a person pulls from Docker Hub as `registry`.
import { readFile } from 'node:fs/promises';
import { ensurePackages } from '../setup/debian.mjs';
import { run } from '../setup/shell.mjs';
import { publishImage } from './images.ts';
import type { RegistryInfo } from './registry.ts';

const program = '/usr/bin/docker-registry';

/** Publishes it as `tools/registry:2`, and tells its name. */
export async function publishRegistryImage(registry: RegistryInfo): Promise<string> {
  await ensurePackages(['registry']);
  const config = {
    version: 0.1,
    storage: { filesystem: { rootdirectory: '/var/lib/registry' } },
    http: { addr: ':5000' },
  };
  const libraries = [...(await run('ldd', [program])).matchAll(/(\/\S+) \(0x/g)].map((match) => match[1] ?? '');
  const files = await Promise.all(
    [program, ...libraries].map(async (file) => [file, { content: await readFile(file), mode: 0o755 }] as const),
  );
  const { ref } = await publishImage(registry, {
    repository: 'tools/registry',
    tag: '2',
    files: { ...Object.fromEntries(files), '/etc/registry.yml': JSON.stringify(config) },
    cmd: [program, 'serve', '/etc/registry.yml'],
  });
  return ref;
}
