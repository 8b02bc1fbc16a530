import { execFile, execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmod, link, mkdir, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, inject, it } from 'vitest';
import { cannotHere } from '../../../../scripts/parts/need.ts';
import type { EngineInfo } from '../../../../scripts/parts/parts.ts';
import { buildKitAt, buildOf, built, folderOf } from '../test-build.ts';

const parts = inject('parts');
const copy = 'COPY . /src';

/**
 * All that has ever come out differently between two clients. What isn't in a `.dockerignore` of both is left out: Docker's
 * client sends `.git`, ours doesn't; and so are extended attributes, which Node can't read, and names that are no UTF-8,
 * with which Docker's newer client fails.
 */
async function nastyTree(): Promise<string> {
  const root = await folderOf({
    Dockerfile: `FROM scratch\n${copy}\n`,
    '.dockerignore': '# comment\n*.log\n!keep.log\n/only-root\n**/deep-ignored\nname, with comma\n',
    'only-root': 'not sent',
    'sub/only-root': 'sent',
    'a.log': 'not sent',
    'keep.log': 'sent',
    'sub/b.log': 'sent',
    'x/y/deep-ignored/file': 'not sent',
    'name, with comma': 'not sent',
    'a space/한글 파일.txt': '안녕',
    '🚢': 'ahoy',
    'dir/file': 'one',
    'dir.txt': 'sorts after dir/',
    'dir-x/file': 'sorts between',
    executable: '#!/bin/sh\n',
    suid: 'x',
    old: 'before 1970',
    unique: randomUUID(),
  });
  const at = (name: string) => path.join(root, name);
  await mkdir(at('empty'));
  await chmod(at('empty'), 0o1777);
  await chmod(at('executable'), 0o755);
  await chmod(at('suid'), 0o4711);
  await utimes(at('old'), -86_400.5, -86_400.5);
  await link(at('dir/file'), at('hard link'));
  await link(at('dir/file'), at('another hard link'));
  await symlink('../../etc/passwd', at('outside'));
  await symlink('nowhere', at('broken'));
  await symlink('dir', at('to a folder'));
  await writeFile(at('large'), '');
  await truncate(at('large'), 3_000_001);
  execFileSync('mkfifo', [at('pipe')]);
  return root;
}

/** Builds with docker's own client; what it printed. */
async function buildByClient(engine: EngineInfo, program: string, root: string): Promise<string> {
  const config = await folderOf({ 'config.json': JSON.stringify({ cliPluginsExtraDirs: [engine.cliPlugins ?? ''] }) });
  const env = { PATH: process.env['PATH'], DOCKER_HOST: engine.host, DOCKER_BUILDKIT: '1', DOCKER_CONFIG: config };
  const { stdout, stderr } = await promisify(execFile)(program, ['build', '--progress=plain', root], { env });
  return stdout + stderr;
}

describe.each(parts.engines)('beside the client of Docker Engine $name', (engine) => {
  it('sends the same files: what it built is cached for us', async (context) => {
    if (engine.cli === undefined) cannotHere(context, 'there is no docker client', { evenInCI: true });
    const root = await nastyTree();
    expect(await buildByClient(engine, engine.cli, root)).not.toMatch(/^#\d+ CACHED/m);
    const { vertices } = await built(buildKitAt(engine, { sharedKey: randomUUID() }), buildOf(root));
    expect(vertices().get(`[1/1] ${copy}`)?.cached).toBe(true);
  });

  it('sends the same files: what we built is cached for it', async (context) => {
    if (engine.cli === undefined) cannotHere(context, 'there is no docker client', { evenInCI: true });
    const root = await nastyTree();
    const { vertices } = await built(buildKitAt(engine, { sharedKey: randomUUID() }), buildOf(root));
    expect(vertices().get(`[1/1] ${copy}`)?.cached).toBe(false);
    expect(await buildByClient(engine, engine.cli, root)).toMatch(/^#\d+ CACHED/m);
  });

  it('still sends the same after a second sync', async (context) => {
    if (engine.cli === undefined) cannotHere(context, 'there is no docker client', { evenInCI: true });
    const root = await nastyTree();
    const again = buildKitAt(engine, { sharedKey: randomUUID() });
    await built(again, buildOf(root));
    await writeFile(path.join(root, 'unique'), randomUUID());
    await built(again, buildOf(root));
    expect(await buildByClient(engine, engine.cli, root)).toMatch(/^#\d+ CACHED/m);
  });
});
