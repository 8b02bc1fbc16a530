// Vitest's global setup: worker threads can't load TypeScript, so the workers are bundled before the tests start,
// to where electron/worker-entry.ts looks when it has not been built itself.
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { rolldown } from 'rolldown';
import type { TestProject } from 'vitest/node';
import { external, findWorkers } from './bundling.mjs';
import { projectCache, projectRoot } from './setup/folders.mjs';

export default async function setup(project: TestProject) {
  await buildWorkers();
  project.onTestsRerun(() => buildWorkers());
}

/** `sourceMaps`: so that errors of tests tell the lines; they are large, and a thread keeps them in memory. */
export async function buildWorkers({ sourceMaps = true } = {}) {
  const input = findWorkers();
  if (Object.keys(input).length === 0) return;
  const folder = path.join(projectCache, 'workers');
  await mkdir(folder, { recursive: true });
  // One bundle each, so that every file can be replaced at once while another run of tests is reading.
  for (const [name, file] of Object.entries(input)) {
    const code = await bundle(name, file, sourceMaps).catch((error: unknown) => {
      // The tests that start this worker fail, with these words; all others run.
      const words = error instanceof Error ? error.message : String(error);
      return `throw new Error(${JSON.stringify(`${file} could not be bundled: ${words}`)});\n`;
    });
    await replace(path.join(folder, `${name}.cjs`), code);
  }
}

async function bundle(name: string, file: string, sourceMaps: boolean): Promise<string> {
  const bundled = await rolldown({
    input: { [name]: file },
    platform: 'node',
    external,
    resolve: { alias: { '@shared': path.join(projectRoot, 'shared') } },
  });
  const { output } = await bundled.generate({ format: 'cjs', sourcemap: sourceMaps && 'inline', codeSplitting: false });
  await bundled.close();
  return output[0].code;
}

async function replace(file: string, content: string) {
  const there = await readFile(file, 'utf8').catch(() => undefined);
  if (there === content) return;
  const draft = `${file}.${createHash('sha256').update(content).digest('hex').slice(0, 8)}-${process.pid}`;
  await writeFile(draft, content);
  await rename(draft, file);
}
