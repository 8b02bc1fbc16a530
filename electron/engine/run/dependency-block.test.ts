import { expect, it } from 'vitest';
import { dependencyLines } from './dependency-block.ts';

it('writes the block as ACR’s users know it, numbers quoted, unknown digests explained', () => {
  const lines = dependencyLines([
    {
      image: {
        registry: 'myreg.azurecr.io',
        repository: 'sample/hello',
        tag: 'ca8',
        digest: 'sha256:1a',
        reference: 'myreg.azurecr.io/sample/hello:ca8',
      },
      'runtime-dependency': {
        registry: 'docker.io',
        repository: 'library/node',
        tag: '15-alpine',
        digest: 'sha256:8d',
        reference: 'node:15-alpine',
      },
      'buildtime-dependency': [
        {
          registry: 'docker.io',
          repository: 'library/golang',
          tag: '1.21',
          reference: 'golang:1.21',
          unknownReason: 'registry.unreachable',
        },
      ],
      git: {},
    },
  ]);
  expect(lines.join('\n')).toBe(`- image:
    registry: myreg.azurecr.io
    repository: sample/hello
    tag: ca8
    digest: sha256:1a
  runtime-dependency:
    registry: docker.io
    repository: library/node
    tag: "15-alpine"
    digest: sha256:8d
  buildtime-dependency:
  - registry: docker.io
    repository: library/golang
    tag: "1.21"
    # digest not known: registry.unreachable
  git: {}`);
});
