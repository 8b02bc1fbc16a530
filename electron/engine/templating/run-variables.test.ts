import { describe, expect, it } from 'vitest';
import { renderRunVariables, runVariables } from './run-variables.ts';

const now = Date.UTC(2024, 2, 9, 8, 7, 6);
const variables = runVariables({
  runId: 'ca1',
  registry: 'myreg.azurecr.io',
  startedAt: now,
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
    ['{{if .Run.Commit}}x{{else}}app{{end}}:{{.Run.Date | trunc 8}}', 'app:20240309'],
    ['{{.Run.Registry | replace "." "-"}}/{{env "HOME"}}app', 'myreg-azurecr-io/app'],
    ['no template', 'no template'],
  ])('%s becomes %s', (template, expected) => {
    expect(renderRunVariables(template, variables, true, now).text).toBe(expected);
  });

  it('leaves a dollar alone where aliases have no meaning, as in a build argument', () => {
    expect(renderRunVariables('$ID {{.Run.ID}}', variables, false, now).text).toBe('$ID ca1');
  });

  it('tells of the old name of the run id', () => {
    expect(renderRunVariables('{{.Build.ID}}', variables, true, now).oldRunId).toBe(true);
  });

  it.each(['{{.Run.ID', '{{if .Run.ID}}x', '{{nosuch .Run.ID}}', '{{.run.id}}', '{{repeat 1000000000 "a"}}'])(
    'refuses %s',
    (template) => {
      expect(() => renderRunVariables(template, variables, true, now)).toThrow(
        expect.objectContaining({ error: expect.objectContaining({ code: 'template.invalid' }) }),
      );
    },
  );

  it('never renders a value again', () => {
    const hostile = { ...variables, Branch: '{{.Run.ID}}$ID' };
    expect(renderRunVariables('{{.Run.Branch}}', hostile, true, now).text).toBe('{{.Run.ID}}$ID');
  });
});
