import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Makes a folder to build: file names and their contents, `Dockerfile` among them. */
export async function makeContext(folder: string, files: Readonly<Record<string, string>>): Promise<string> {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  return folder;
}
