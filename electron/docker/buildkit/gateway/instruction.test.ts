import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Op } from '../proto/llb.ts';
import { environmentOf, findInstruction } from './instruction.ts';

const digestOf = (op: Uint8Array) => `sha256:${createHash('sha256').update(op).digest('hex')}`;
const meta = { args: ['sh', '-c', 'false'], env: ['A=b'], cwd: '/', user: '', extraHosts: [], hostname: '' };
const bind = { selector: '', output: 0, readonly: false, mountType: 0, resultId: '' };
const options = { tmpfs: new Uint8Array(), cache: new Uint8Array(), secret: new Uint8Array(), ssh: new Uint8Array() };

/** base <- copied; the run has copied as its root, base beside it, and a cache that begins empty. */
const base = Op.encode({ platform: { architecture: 'amd64', os: 'linux', variant: '', osVersion: '' } });
const copied = Op.encode({ inputs: [{ digest: digestOf(base), index: 0 }] });
const unrelated = Op.encode({ inputs: [{ digest: digestOf(base), index: 7 }] });
const run = Op.encode({
  inputs: [
    { digest: digestOf(copied), index: 1 },
    { digest: digestOf(base), index: 0 },
  ],
  exec: {
    meta: { ...meta, proxyEnv: undefined },
    mounts: [
      { ...bind, ...options, input: 0, dest: '/' },
      { ...bind, ...options, input: 1, dest: '/base' },
      { ...bind, ...options, input: -1, dest: '/cache' },
    ],
    network: 2,
    security: 0,
    secretEnv: [Uint8Array.of(1)],
  },
});
const end = Op.encode({ inputs: [{ digest: digestOf(run), index: 0 }] });
const definition = {
  ops: [base, copied, unrelated, run, end],
  metadata: [base, copied, run].map((op) => ({ digest: digestOf(op), metadata: Uint8Array.of(1) })),
};

describe('an instruction in a graph', () => {
  it('is found by its digest, with what leads to each of its mounts', () => {
    const found = findInstruction(definition, digestOf(run));
    expect(found).toMatchObject({ meta, network: 2, secretEnv: [Uint8Array.of(1)] });
    expect(found?.mounts.map(({ dest }) => dest)).toEqual(['/', '/base', '/cache']);
    expect(found?.inputs).toEqual([
      {
        ops: [base, copied, Op.encode({ inputs: [{ digest: digestOf(copied), index: 1 }] })],
        metadata: definition.metadata.slice(0, 2),
      },
      {
        ops: [base, Op.encode({ inputs: [{ digest: digestOf(base), index: 0 }] })],
        metadata: definition.metadata.slice(0, 1),
      },
      undefined,
    ]);
  });

  it.each([
    ['isn’t there', digestOf(Buffer.from('another'))],
    ['runs nothing', digestOf(copied)],
  ])('is none that %s', (_, digest) => {
    expect(findInstruction(definition, digest)).toBeUndefined();
  });

  it('has the proxies of its build as variables, in both spellings', () => {
    const proxyEnv = { http: 'http://proxy:3128', https: '', ftp: '', no: 'quay', all: '' };
    expect(environmentOf({ ...meta, proxyEnv })).toEqual([
      'A=b',
      'HTTP_PROXY=http://proxy:3128',
      'http_proxy=http://proxy:3128',
      'NO_PROXY=quay',
      'no_proxy=quay',
    ]);
  });
});
