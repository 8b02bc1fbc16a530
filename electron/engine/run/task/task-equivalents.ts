import { formatPlatform } from '@shared/model/platform.ts';
import type { QuickRunRequest } from '@shared/model/quick-run.ts';
import { commandLine } from '../equivalents.ts';

/** Writes a run as commands to copy. Secret values are left out: a name alone asks for the value. */
export function taskEquivalents(request: QuickRunRequest): { readonly slipway: string; readonly az: string } {
  const { context, source, valuesFile, values, platform, engine, registry, timeoutSeconds, allow, breakpoints } =
    request;
  const task =
    source.kind === 'command' ? ['--cmd', source.command] : ['-f', source.kind === 'file' ? source.path : '-'];
  const shared = [
    ...(registry === undefined ? [] : ['--registry', registry]),
    ...task,
    ...(valuesFile === undefined ? [] : ['--values', valuesFile]),
    ...values.flatMap(({ name, value = '', secret }) =>
      secret ? ['--set-secret', name] : ['--set', `${name}=${value}`],
    ),
    ...(platform === undefined ? [] : ['--platform', formatPlatform(platform)]),
    ...(timeoutSeconds === 3600 ? [] : ['--timeout', String(timeoutSeconds)]),
  ];
  const own = [
    ...(engine === undefined ? [] : ['--engine', engine]),
    ...allow.flatMap((permission) => ['--allow', permission]),
    ...breakpoints.before.flatMap((step) => ['--break-before', step]),
    ...breakpoints.after.flatMap((step) => ['--break-after', step]),
    ...(breakpoints.onFailure ? ['--break-on-failure'] : []),
  ];
  const place = context ?? '/dev/null';
  return {
    slipway: commandLine(['slipway', 'run', ...shared, ...own, place]),
    az: commandLine(['az', 'acr', 'run', ...shared, place]),
  };
}
