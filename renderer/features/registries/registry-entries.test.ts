import { expect, it } from 'vitest';
import { entriesOf } from './registry-entries.ts';

const seenAt = '2026-01-01T00:00:00.000Z';
const mine = { host: 'a.example', username: 'me', kind: 'password', source: 'slipway' } as const;

it('has a row a host: the local registry first, then who is signed in to, then who told a limit', () => {
  const limits = [
    { registry: 'docker.io', seenAt },
    { registry: 'a.example', seenAt },
  ];
  const local = { state: 'running', host: '127.0.0.1:5000', image: 'registry:3' } as const;
  expect(entriesOf([mine], limits, local)).toEqual([
    { host: '127.0.0.1:5000', credential: undefined, rateLimit: undefined, local: true },
    { host: 'a.example', credential: mine, rateLimit: limits[1], local: false },
    { host: 'docker.io', credential: undefined, rateLimit: limits[0], local: false },
  ]);
});

it.each([undefined, { state: 'noEngine' }, { state: 'stopped', host: '127.0.0.1:5000', image: 'registry:3' }] as const)(
  'has no row for a local registry that does not run: %j',
  (local) => {
    expect(entriesOf([], [], local)).toEqual([]);
  },
);
