import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import en from '../shared/i18n/en/samples.json' with { type: 'json' };
import { projectRoot } from './setup/folders.mjs';

const folder = path.join(projectRoot, 'assets/samples');
const samples = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'toolbox')
  .map(({ name }) => name);

describe('the samples', () => {
  it('all have a title and a sentence', () => {
    expect(Object.keys(en.sample).sort()).toEqual(samples.sort());
  });

  it.each(samples)('%s says what it is, and is whole', (sample) => {
    const files = readdirSync(path.join(folder, sample), { recursive: true, withFileTypes: true });
    expect(readFileSync(path.join(folder, sample, 'README.md'), 'utf8')).toMatch(new RegExp(`^# ${sample}\n\n\\w`));
    // What doesn't travel with a copy: links, and files that Git or the packaging leave out.
    expect(files.filter((entry) => !entry.isFile() && !entry.isDirectory())).toEqual([]);
    expect(
      existsSync(path.join(folder, sample, 'Dockerfile')) || existsSync(path.join(folder, sample, 'acr-task.yaml')),
    ).toBe(true);
  });

  const dockerfiles = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => path.basename(name) === 'Dockerfile',
  );
  it.each(dockerfiles)('%s pulls nothing', (name) => {
    const lines = readFileSync(path.join(folder, name), 'utf8').split('\n');
    expect(lines.filter((line) => /^\s*FROM\b/i.test(line))).toEqual(['FROM scratch']);
    // A `# syntax` line would pull a frontend.
    expect(lines.filter((line) => /^#\s*syntax\s*=/i.test(line))).toEqual([]);
  });
});
