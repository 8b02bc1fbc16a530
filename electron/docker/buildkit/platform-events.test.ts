import { expect, it } from 'vitest';
import type { BuildEvent } from '../../engine/ports.ts';
import { platformEvents } from './platform-events.ts';

const vertex = (number: number, digest: string, name: string): BuildEvent => ({
  kind: 'vertex',
  vertex: { number, digest, inputs: [], name, status: 'running', cached: false, progress: [] },
});
const log = (number: number, text: string): BuildEvent => ({
  kind: 'log',
  vertex: number,
  stream: 'stdout',
  data: Buffer.from(text),
  time: 0,
});

/** What was told, a line each. */
function told() {
  const lines: string[] = [];
  const eventsOf = platformEvents((event) => {
    if (event.kind === 'vertex') lines.push(`#${event.vertex.number} ${event.vertex.name}`);
    else if (event.kind === 'log') lines.push(`#${event.vertex} ${Buffer.from(event.data).toString()}`);
    else if (event.kind === 'warning') lines.push(`${event.text} at ${event.line}`);
  });
  return { lines, amd64: eventsOf('linux/amd64'), arm64: eventsOf('linux/arm64') };
}

it('names the platform of each vertex, and numbers those of all builds', () => {
  const { lines, amd64, arm64 } = told();
  amd64(vertex(1, 'sha256:a', '[2/2] RUN make'));
  arm64(vertex(1, 'sha256:b', '[2/2] RUN make'));
  arm64(log(1, 'made for arm64'));
  amd64(log(1, 'made for amd64'));
  arm64(vertex(2, 'sha256:c', 'exporting to image'));
  expect(lines).toEqual([
    '#1 [linux/amd64 2/2] RUN make',
    '#2 [linux/arm64 2/2] RUN make',
    '#2 made for arm64',
    '#1 made for amd64',
    '#3 [linux/arm64] exporting to image',
  ]);
});

it('tells once what several builds have in common', () => {
  const { lines, amd64, arm64 } = told();
  amd64(vertex(1, 'sha256:a', '[build 1/1] RUN make'));
  arm64(vertex(5, 'sha256:a', '[build 1/1] RUN make'));
  arm64(log(5, 'made'));
  amd64(log(1, 'made'));
  expect(lines).toEqual(['#1 [linux/amd64 build 1/1] RUN make', '#1 [build 1/1] RUN make', '#1 made']);
});

it('warns once of what each build warns of, and of each of what they don’t have in common', () => {
  const { lines, amd64, arm64 } = told();
  for (const tell of [amd64, arm64]) tell({ kind: 'warning', text: 'as and FROM', line: 1 });
  arm64({ kind: 'warning', text: 'as and FROM', line: 4 });
  expect(lines).toEqual(['as and FROM at 1', 'as and FROM at 4']);
});
