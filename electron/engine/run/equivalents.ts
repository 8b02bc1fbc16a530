import type { QuickBuildRequest } from '@shared/model/quick-build.ts';
import { formatPlatform } from '@shared/model/platform.ts';

/** One build, as the command lines of three tools. Secret values are left out: a name alone is read from the environment. */
export interface Equivalents {
  readonly slipway: string;
  readonly az: string;
  readonly docker: string;
}

/** Writes a quick build as commands to copy. What a tool can't say is left out of its command. */
export function equivalents(request: QuickBuildRequest): Equivalents {
  const args = request.buildArgs;
  const inline = request.inlineDockerfile !== undefined;
  const fromInput = inline ? ['-f', '-'] : [];
  // Words that are no arguments: where the text is to be.
  const behind = inline ? ' < Dockerfile' : '';
  const shared = [
    ...request.tags.flatMap((tag) => ['-t', tag]),
    ...(request.dockerfile === undefined || inline ? [] : ['-f', request.dockerfile]),
    ...(request.target === undefined ? [] : ['--target', request.target]),
    ...(request.platforms.length === 0 ? [] : ['--platform', request.platforms.map(formatPlatform).join(',')]),
  ];
  const buildArgs = (secretFlag: string) =>
    args.flatMap((arg) => [
      arg.secret ? secretFlag : '--build-arg',
      arg.secret || arg.value === undefined ? arg.name : `${arg.name}=${arg.value}`,
    ]);
  const labels = Object.entries(request.labels).flatMap(([name, value]) => ['--label', `${name}=${value}`]);
  const mounts = [
    ...request.secrets.flatMap((secret) => ['--secret', secretFlag(secret)]),
    ...request.ssh.flatMap((each) => ['--ssh', sshFlag(each)]),
  ];
  const noPush = request.push ? [] : ['--no-push'];
  const registry = request.registry === undefined ? [] : ['--registry', request.registry];
  const timeout = request.timeoutSeconds === 28_800 ? [] : ['--timeout', String(request.timeoutSeconds)];
  const cache = [
    ...(request.noCache ? ['--no-cache'] : []),
    ...(request.cacheFrom ?? []).flatMap((text) => ['--cache-from', text]),
    ...(request.cacheTo ?? []).flatMap((text) => ['--cache-to', text]),
    ...(request.attestations ?? []).flatMap((text) => ['--attest', text]),
  ];
  const pull = request.pull ? ['--pull'] : [];
  const pushesByName = request.push && request.tags.some((tag) => tag.includes('/'));
  return {
    slipway: `${commandLine([
      'slipway',
      'build',
      ...registry,
      ...(request.engine === undefined ? [] : ['--engine', request.engine]),
      ...shared,
      ...fromInput,
      ...buildArgs('--secret-build-arg'),
      ...labels,
      ...mounts,
      ...cache,
      ...pull,
      ...noPush,
      ...timeout,
      request.context,
    ])}${behind}`,
    az: commandLine([
      'az',
      'acr',
      'build',
      ...registry,
      ...shared,
      // It reads no standard input.
      ...(inline ? ['-f', 'Dockerfile'] : []),
      ...buildArgs('--secret-build-arg'),
      ...noPush,
      ...timeout,
      request.context,
    ]),
    docker: `${commandLine([
      'docker',
      'buildx',
      'build',
      ...shared,
      ...fromInput,
      ...buildArgs('--build-arg'),
      ...labels,
      ...mounts,
      ...cache,
      ...pull,
      ...(pushesByName ? ['--push'] : ['--load']),
      request.context,
    ])}${behind}`,
  };
}

function secretFlag({ id, source }: QuickBuildRequest['secrets'][number]): string {
  switch (source.kind) {
    case 'file':
      return `id=${id},src=${source.path}`;
    case 'env':
      return `id=${id},env=${source.name}`;
    case 'value':
      return `id=${id},env=${id}`;
  }
}

function sshFlag({ id, paths }: QuickBuildRequest['ssh'][number]): string {
  return paths.length === 0 ? id : `${id}=${paths.join(',')}`;
}

/** Words as a line that a POSIX shell takes apart again. */
export function commandLine(words: readonly string[]): string {
  return words.map(quote).join(' ');
}

/** POSIX shell quoting: nothing between single quotes has a meaning. */
function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
