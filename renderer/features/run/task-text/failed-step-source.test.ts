import { expect, it } from 'vitest';
import { failedStepSource } from './failed-step-source.ts';

const text = 'version: v1.1.0\r\nsteps:\r\n  - id: lint\r\n    cmd: node lint\r\n\r\n';

it('shows a step where it stands in the task', () => {
  expect(failedStepSource('acb.yaml', text, { line: 3 })).toEqual({
    file: 'acb.yaml',
    firstLine: 2,
    lines: ['steps:', '  - id: lint', '    cmd: node lint'],
    line: 3,
    changed: false,
  });
  expect(failedStepSource('acb.yaml', text, { line: 1 })?.firstLine).toBe(1);
});

it.each([[undefined], [{}], [{ line: 99 }]])('shows nothing when the line is not known: %j', (step) => {
  expect(failedStepSource('acb.yaml', text, step)).toBeUndefined();
});
