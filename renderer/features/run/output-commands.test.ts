import { expect, it } from 'vitest';
import type { OutputImage } from '@shared/model/run.ts';
import { failureMarkdown } from './failure-markdown.ts';
import { imageName, pullCommand, runCommand } from './output-commands.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const pushed: OutputImage = {
  registry: 'registry.example.com',
  repository: 'shop/web',
  tag: 'ca3',
  digest,
  pushed: true,
};

it('pulls and runs exactly what was pushed', () => {
  expect(imageName(pushed)).toBe('registry.example.com/shop/web:ca3');
  expect(pullCommand(pushed)).toBe(`docker pull registry.example.com/shop/web@${digest}`);
  expect(runCommand(pushed)).toBe(`docker run --rm -it registry.example.com/shop/web@${digest}`);
});

it.each([
  [{ registry: '', repository: 'web', tag: 'dev', pushed: false }, 'docker run --rm -it web:dev'],
  [{ registry: '', repository: '', imageId: digest, pushed: false }, `docker run --rm -it ${digest}`],
  [{ registry: 'docker.io', repository: 'ana/web', tag: '1', pushed: true }, 'docker run --rm -it ana/web:1'],
])('runs %j', (image, command) => {
  expect(runCommand(image)).toBe(command);
});

it('puts a failure into Markdown that no output can break out of', () => {
  const source = { file: 'Dockerfile', firstLine: 9, lines: ['FROM a', 'RUN ```x```'], line: 10, changed: false };
  expect(failureMarkdown({ runId: 'ca3', source, exit: 'Exit code 127', lines: ['one', '````'] })).toBe(
    [
      'Run `ca3`: Exit code 127',
      '`Dockerfile`\n````\n   9 FROM a\n> 10 RUN ```x```\n````',
      '`````\none\n````\n`````',
    ].join('\n\n'),
  );
});
