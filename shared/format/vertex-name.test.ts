import { expect, it } from 'vitest';
import { parseVertexName } from './vertex-name.ts';

it.each([
  ['[build 2/5] RUN make', { stage: 'build', position: '2/5', text: 'RUN make' }],
  ['[2/4] RUN make', { position: '2/4', text: 'RUN make' }],
  ['[linux/arm64 build 2/5] RUN make', { platform: 'linux/arm64', stage: 'build', position: '2/5', text: 'RUN make' }],
  ['[linux/arm/v7 3/5] COPY . .', { platform: 'linux/arm/v7', position: '3/5', text: 'COPY . .' }],
  [
    '[stage-1 1/2] FROM docker.io/library/alpine',
    { stage: 'stage-1', position: '1/2', text: 'FROM docker.io/library/alpine' },
  ],
  ['[linux/amd64->arm64 2/2] RUN go', { platform: 'linux/arm64', position: '2/2', text: 'RUN go' }],
  [
    '[linux/amd64->arm/v7 build 2/2] RUN go',
    { platform: 'linux/arm/v7', stage: 'build', position: '2/2', text: 'RUN go' },
  ],
  ['[linux/arm/v7->v6 2/2] RUN go', { platform: 'linux/arm/v6', position: '2/2', text: 'RUN go' }],
  ['[linux/amd64->windows/amd64 2/2] RUN go', { platform: 'windows/amd64', position: '2/2', text: 'RUN go' }],
  ['[internal] load build context', { internal: true, text: 'load build context' }],
  ['[auth] library/node:pull token', { internal: true, text: 'library/node:pull token' }],
  ['exporting to image', { text: 'exporting to image' }],
  ['[unclosed', { text: '[unclosed' }],
  ['[x]', { text: '[x]' }],
])('reads %j', (name, expected) => {
  const none = { stage: undefined, platform: undefined, position: undefined, internal: false };
  expect(parseVertexName(name)).toEqual({ ...none, ...expected });
});
