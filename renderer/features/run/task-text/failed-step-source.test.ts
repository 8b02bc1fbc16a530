import { expect, it } from 'vitest';
import { failedStepSource } from './failed-step-source.ts';

const task = { name: 'acb.yaml', source: 'version: v1.1.0\r\nsteps:\r\n  - id: lint\r\n    cmd: node lint\r\n\r\n' };

it('shows a step where it stands in the task', () => {
  expect(failedStepSource(task, {}, { line: 3 })).toEqual({
    file: 'acb.yaml',
    firstLine: 2,
    lines: ['steps:', '  - id: lint', '    cmd: node lint'],
    line: 3,
    changed: false,
  });
});

it.each([
  ['the line that the error names', { file: 'acb.yaml', line: 1 }, { line: 3 }, 1],
  ['the step, where the error is about another file', { file: 'Dockerfile', line: 1 }, { line: 3 }, 3],
  ['the step, where the error names no line', { file: 'acb.yaml' }, { line: 3 }, 3],
  ['nothing, where no line is known', { step: 'lint' }, {}, undefined],
  ['nothing, where there is no step', undefined, undefined, undefined],
  ['nothing, where the text has no such line', undefined, { line: 99 }, undefined],
])('shows %s', (_, where, step, line) => {
  expect(failedStepSource(task, where === undefined ? {} : { where }, step)?.line).toBe(line);
});
