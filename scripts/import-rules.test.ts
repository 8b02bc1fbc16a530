import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { parseSync } from 'vite';
import { describe, expect, it } from 'vitest';
import { complaint } from './import-rules.ts';
import { projectRoot } from './setup/folders.mjs';

const folders = ['shared', 'electron', 'renderer', 'e2e', 'scripts'];

function filesBelow(folder: string): string[] {
  return readdirSync(path.join(projectRoot, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => path.relative(projectRoot, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'));
}

function importsOf(file: string): string[] {
  const { module } = parseSync(file, readFileSync(path.join(projectRoot, file), 'utf8'));
  return [
    ...module.staticImports.map((one) => one.moduleRequest.value),
    ...module.staticExports.flatMap((one) => one.entries.map((entry) => entry.moduleRequest?.value)),
    ...module.dynamicImports.map((one) => {
      const text = readFileSync(path.join(projectRoot, file), 'utf8').slice(
        one.moduleRequest.start,
        one.moduleRequest.end,
      );
      return /^(['"`])(.*)\1$/.exec(text)?.[2];
    }),
  ].filter((name) => name !== undefined);
}

function targetOf(file: string, name: string) {
  if (name.startsWith('@shared/')) return { project: `shared/${name.slice('@shared/'.length)}` };
  if (name.startsWith('.')) return { project: path.posix.join(path.posix.dirname(file), name) };
  if (isBuiltin(name)) return { node: name };
  return { package: name.split('/', name.startsWith('@') ? 2 : 1).join('/') };
}

describe('which way imports point', () => {
  const code = folders.flatMap(filesBelow).filter((file) => /\.(ts|tsx|mjs)$/.test(file));

  it('holds in every file', () => {
    const complaints = code.flatMap((file) => importsOf(file).map((name) => complaint(file, targetOf(file, name))));
    expect(complaints.filter(Boolean)).toEqual([]);
  });

  it('leads from no screen back to itself', () => {
    const screenOf = (file: string) => /^renderer\/features\/([^/]+)\//.exec(file)?.[1];
    const targets = new Map<string, Set<string>>();
    for (const file of code) {
      const screen = screenOf(file);
      if (screen === undefined) continue;
      for (const name of importsOf(file)) {
        const other = screenOf(targetOf(file, name).project ?? '');
        if (other !== undefined && other !== screen)
          targets.set(screen, (targets.get(screen) ?? new Set<string>()).add(other));
      }
    }
    const reached = (from: string, known = new Set<string>()): ReadonlySet<string> => {
      for (const next of targets.get(from) ?? []) if (!known.has(next)) reached(next, known.add(next));
      return known;
    };
    expect([...targets.keys()].filter((screen) => reached(screen).has(screen))).toEqual([]);
  });

  it.each([
    ['electron/engine/run/x.ts', { package: 'dockerode' }],
    ['electron/runtime.ts', { package: 'electron' }],
    ['electron/runtime.ts', { project: 'electron/desktop/window.ts' }],
    ['electron/docker/x.ts', { project: 'electron/registry/client.ts' }],
    ['renderer/app/x.tsx', { project: 'electron/runtime.ts' }],
    ['renderer/app/x.tsx', { node: 'node:fs' }],
    ['renderer/step-graph/x.tsx', { project: 'renderer/features/run/x.ts' }],
    ['renderer/step-graph/x.tsx', { package: 'dockerode' }],
    ['shared/model/x.ts', { node: 'node:path' }],
    ['e2e/specs/x.ts', { project: 'electron/runtime.ts' }],
  ])('would stop %s from importing %o', (file, target) => {
    expect(complaint(file, target)).toContain(`${file} must not import`);
  });

  it.each([
    ['electron/docker/x.ts', { package: 'dockerode' }],
    ['electron/docker/x.itg.test.ts', { project: 'scripts/parts/images.ts' }],
    ['electron/docker/x.ts', { project: 'electron/engine/ports.ts' }],
    ['electron/main.ts', { project: 'electron/ipc/calls.ts' }],
    ['shared/model/x.test.ts', { node: 'node:fs' }],
  ])('lets %s import %o', (file, target) => {
    expect(complaint(file, target)).toBeUndefined();
  });
});

describe('the names of files and folders', () => {
  it('are in kebab-case', () => {
    const named = folders.flatMap(filesBelow).filter((file) => !/\/(testdata|fixtures)\//.test(file));
    const odd = named.filter((file) =>
      file.split('/').some((part) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)*$/.test(part)),
    );
    expect(odd).toEqual([]);
  });
});
