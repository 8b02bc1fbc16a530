import type { Run, RunRequest, RunSource } from '@shared/model/run.ts';

/** What lists look through: run id, context and its revision, engine, images and status, in small letters. */
export function wordsOf(run: Run): string {
  const outputs = run.outputImages.flatMap(({ digest, imageId, platform, platforms = [] }) => [
    digest,
    imageId,
    platform,
    ...platforms.map((each) => each.digest),
  ]);
  return [
    run.runId,
    run.status,
    run.task,
    run.engine?.name,
    ...wordsOfRequest(run.request),
    ...(run.source === undefined ? [] : wordsOfSource(run.source)),
    ...run.images,
    ...outputs,
  ]
    .filter((word) => word !== undefined)
    .join('\n')
    .toLowerCase();
}

function wordsOfSource(source: RunSource): readonly (string | undefined)[] {
  return source.kind === 'git' ? [source.commit, source.branch, source.tag] : [source.digest];
}

function wordsOfRequest(request: RunRequest): readonly string[] {
  switch (request.kind) {
    case 'quickBuild':
      return [request.build.context, request.build.dockerfile ?? ''];
    case 'quickRun': {
      const { context = '', source } = request.run;
      return [context, source.kind === 'file' ? source.path : source.kind === 'text' ? source.name : source.command];
    }
  }
}

/**
 * The names under which a run's images can be asked for: repository, `repository:tag`, `repository@digest` and the digest
 * itself; with and without the registry, and without Docker Hub's `library/`. Of an index, the digest of each platform too.
 */
export function imageNamesOf(run: Run): ReadonlySet<string> {
  const names = new Set<string>();
  const add = (registry: string, repository: string, tag: string | undefined, digest: string | undefined) => {
    if (digest !== undefined) names.add(digest);
    if (repository === '') return;
    const bare = repository.replace(/^library\//, '');
    for (const name of new Set([
      repository,
      bare,
      ...(registry === '' ? [] : [`${registry}/${repository}`, `${registry}/${bare}`]),
    ])) {
      names.add(name);
      if (tag !== undefined) names.add(`${name}:${tag}`);
      if (digest !== undefined) names.add(`${name}@${digest}`);
    }
  };
  for (const { registry, repository, tag, digest, imageId, platforms = [] } of run.outputImages) {
    add(registry, repository, tag, digest);
    for (const platform of platforms) add(registry, repository, undefined, platform.digest);
    if (imageId !== undefined) names.add(imageId);
  }
  for (const image of run.images) {
    const { registry, repository, tag, digest } = splitImage(image);
    add(registry, repository, tag, digest);
  }
  return names;
}

/** Takes apart a full name that was checked when the run was planned. */
function splitImage(image: string) {
  const [named = '', digest] = image.split('@');
  const slash = named.indexOf('/');
  const host = slash < 0 ? '' : named.slice(0, slash);
  const registry = /[.:]|^localhost$/.test(host) ? host : '';
  const rest = registry === '' ? named : named.slice(slash + 1);
  const colon = rest.lastIndexOf(':');
  return colon < 0
    ? { registry, repository: rest, tag: undefined, digest }
    : { registry, repository: rest.slice(0, colon), tag: rest.slice(colon + 1), digest };
}
