import { expect, it } from 'vitest';
import { appFailure, toAppError } from './app-error.ts';

const system = (code: string, more: object = {}) => Object.assign(new Error(`${code}: refused`), { code, ...more });

it.each([
  [
    'one of ours stays what it is',
    appFailure('run.canceled', { params: { runId: 'ca1' } }),
    { code: 'run.canceled', params: { runId: 'ca1' } },
  ],
  [
    'a full disk is told, with the path',
    system('ENOSPC', { path: '/home/log' }),
    { code: 'disk.full', params: { path: '/home/log' } },
  ],
  [
    'so is a full quota, which has no path',
    system('EDQUOT'),
    { code: 'disk.full', params: { path: '' }, cause: 'EDQUOT: refused' },
  ],
  [
    'anything else is internal, with its words',
    system('EIO'),
    { code: 'internal', cause: expect.stringContaining('EIO') as unknown },
  ],
  ['also what is no error', 'words', { code: 'internal', cause: 'words' }],
])('%s', (_title, thrown, error) => {
  expect(toAppError(thrown)).toMatchObject(error);
});
