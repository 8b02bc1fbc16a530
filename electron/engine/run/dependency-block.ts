import type { DependencyImage, ImageDependencies } from '@shared/model/run.ts';

/** The dependency block as ACR's users see it in the log: YAML, a line each (spec: runs-and-logs 4.4). */
export function dependencyLines(dependencies: readonly ImageDependencies[]): readonly string[] {
  return dependencies.flatMap((each) => {
    const git = each.git['git-head-revision'];
    return [
      ...(each.image === null ? ['- image: null'] : ['- image:', ...imageLines(each.image, '    ')]),
      ...(each['runtime-dependency'] === null
        ? ['  runtime-dependency: null']
        : ['  runtime-dependency:', ...imageLines(each['runtime-dependency'], '    ')]),
      ...(each['buildtime-dependency'].length === 0 ? [] : ['  buildtime-dependency:']),
      ...each['buildtime-dependency'].flatMap((image) =>
        imageLines(image, '    ').map((line, index) => (index === 0 ? `  - ${line.trim()}` : line)),
      ),
      ...(git === undefined ? ['  git: {}'] : ['  git:', `    git-head-revision: ${git}`]),
    ];
  });
}

function imageLines(
  { registry, repository, tag, digest, unknownReason }: DependencyImage,
  indent: string,
): readonly string[] {
  return [
    `${indent}registry: ${scalar(registry)}`,
    `${indent}repository: ${scalar(repository)}`,
    ...(tag === undefined ? [] : [`${indent}tag: ${scalar(tag)}`]),
    ...(digest === undefined ? [] : [`${indent}digest: ${digest}`]),
    ...(digest === undefined && unknownReason !== undefined ? [`${indent}# digest not known: ${unknownReason}`] : []),
  ];
}

/** Quoted where plain YAML would read something else than text. */
function scalar(text: string): string {
  return /^[A-Za-z][\w./:-]*$/.test(text) && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(text)
    ? text
    : JSON.stringify(text);
}
