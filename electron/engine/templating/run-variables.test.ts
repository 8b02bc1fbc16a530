import { describe, expect, it } from 'vitest';
import { renderRunVariables, runVariables } from './run-variables.ts';

const variables = runVariables({
  runId: 'ca1',
  registry: 'myreg.azurecr.io',
  startedAt: Date.UTC(2024, 2, 9, 8, 7, 6),
  platform: { os: 'linux', architecture: 'amd64' },
});

describe('run variables in the options of a quick build', () => {
  it.each([
    ['app:{{.Run.ID}}', 'app:ca1'],
    ['app:{{ .Run.ID }}', 'app:ca1'],
    ['app:$ID', 'app:ca1'],
    ['app:$ID-x', 'app:ca1-x'],
    ['$Registry/app', 'myreg.azurecr.io/app'],
    ['$RegistryName/app', 'myreg/app'],
    ['{{.Run.RegistryName}} {{.Run.Date}}', 'myreg 20240309-080706z'],
    ['$OS-$Architecture', 'linux-amd64'],
    ['[{{.Run.Nope}}]', '[]'],
    ['app:{{.Build.ID}}', 'app:ca1'],
    ['app:$IDs', 'app:$IDs'],
    ['app:$unknown', 'app:$unknown'],
    ['no template', 'no template'],
  ])('%s becomes %s', (template, expected) => {
    expect(renderRunVariables(template, variables, true).text).toBe(expected);
  });

  it('leaves a dollar alone where aliases have no meaning, as in a build argument', () => {
    expect(renderRunVariables('$ID {{.Run.ID}}', variables, false).text).toBe('$ID ca1');
  });

  it('tells of the old name of the run id', () => {
    expect(renderRunVariables('{{.Build.ID}}', variables, true).oldRunId).toBe(true);
  });

  it.each(['{{ env "HOME" }}', '{{.Run.ID', '{{if .Run.ID}}x{{end}}', '{{.Values.x}}', '{{.run.id}}'])(
    'refuses %s',
    (template) => {
      expect(() => renderRunVariables(template, variables, true)).toThrow(
        expect.objectContaining({ error: expect.objectContaining({ code: 'template.invalid' }) }),
      );
    },
  );

  it('never renders a value again', () => {
    const hostile = { ...variables, Branch: '{{.Run.ID}}$ID' };
    expect(renderRunVariables('{{.Run.Branch}}', hostile, true).text).toBe('{{.Run.ID}}$ID');
  });
});
