import { describe, expect, it } from 'vitest';
import { checkDockerfile } from './check-dockerfile.ts';
import { DockerfileLines, parseStep } from './dockerfile-lines.ts';

const several = new DockerfileLines(`# syntax is none of this
ARG TAG=1
FROM example.com:5000/base:$TAG AS build
ENV A=1
RUN make \\
  # a comment between
  all
WORKDIR /src

FROM build
COPY . .
run lower case

FROM scratch AS last
COPY --from=build /a /a
ADD http://example.com/file /file
FROM busybox
RUN true
`);

describe('the line of a vertex', () => {
  it.each([
    ['[build 1/3] FROM example.com:5000/base:1', 3],
    ['[build 2/3] RUN make   all', 5],
    ['[linux/amd64 build 3/3] WORKDIR /src', 8],
    ['[stage-1 1/2] COPY . .', 11],
    ['[linux/arm/v7 stage-1 2/2] RUN lower case', 12],
    ['[last 1/2] COPY --from=build /a /a', 15],
    ['[last 2/2] ADD http://example.com/file /file', 16],
    ['http://example.com/file', 16],
    ['[stage-3 2/2] RUN true', 18],
    ['[internal] load metadata for docker.io/library/busybox:latest', 17],
    // ONBUILD of the base image moved the count: the text decides.
    ['[build 4/5] RUN make   all', 5],
  ])('%s', (name, line) => {
    expect(several.lineOfVertex(name)).toBe(line);
  });

  it.each([
    ['[internal] load build context'],
    ['[nobody 1/2] RUN make'],
    ['[build 9/9] RUN something else'],
    ['exporting to image'],
    [''],
    ['[1/'],
  ])('is not made up for %j', (name) => {
    expect(several.lineOfVertex(name)).toBeUndefined();
  });

  it('needs no stage where there is one', () => {
    const single = new DockerfileLines('FROM scratch\n\nCOPY a /\nCOPY b /\n');
    expect(single.lineOfVertex('[2/2] COPY b /')).toBe(4);
    expect(single.lineOfVertex('[linux/arm64 1/2] COPY a /')).toBe(3);
  });
});

it.each([
  ['[2/5] RUN make', { stage: undefined, number: 2, text: 'RUN make' }],
  ['[build 2/5] RUN make', { stage: 'build', number: 2, text: 'RUN make' }],
  ['[linux/amd64 2/5] RUN make', { stage: undefined, number: 2, text: 'RUN make' }],
  ['[linux/arm/v7 build 2/5] RUN a\nb', { stage: 'build', number: 2, text: 'RUN a\nb' }],
  ['[auth] library/x:pull token', undefined],
])('reads the step out of %j', (name, step) => {
  expect(parseStep(name)).toEqual(step);
});

describe('a Dockerfile that is checked before dockerd sees it', () => {
  it.each([
    ['with a stage', 'FROM scratch\n'],
    ['with a stage in lower case, after a byte order mark', '\uFEFFfrom scratch'],
    ['with an escape directive', '# escape=`\nARG X=`\n1\nFROM scratch\n'],
    ['for another frontend', '# syntax=example.com/frontend\nkind: anything\n'],
    ['for another frontend, after a directive', '# escape=`\n#SYNTAX = x\nkind: anything\n'],
  ])('passes %s', (_, text) => {
    expect(() => checkDockerfile(text, 'Dockerfile')).not.toThrow();
  });

  it.each([
    ['without instructions', '# only a comment\n', 'the Dockerfile cannot be empty'],
    ['without a stage', 'ARG A=1\n', 'dockerfile contains no stages to build'],
    ['with a stage in a comment', 'ARG A=1\n# FROM scratch\n', 'dockerfile contains no stages to build'],
    ['with FROM inside another instruction', 'ARG A=\\\nFROM\n', 'dockerfile contains no stages to build'],
    ['with a syntax directive too late to count', 'ARG A=1\n# syntax=x\n', 'dockerfile contains no stages to build'],
  ])('refuses one %s', (_, text, message) => {
    const expected: unknown = expect.objectContaining({ code: 'dockerfile.invalid', params: { message } });
    expect(() => checkDockerfile(text, 'Dockerfile')).toThrow(expect.objectContaining({ error: expected }));
  });
});
