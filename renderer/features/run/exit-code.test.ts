import { expect, it } from 'vitest';
import { exitMeaning } from './exit-code.ts';

it.each([
  [1, { key: 'failed' }],
  [2, { key: 'failed' }],
  [126, { key: 'notExecutable' }],
  [127, { key: 'notFound' }],
  [128, { key: 'failed' }],
  [130, { key: 'interrupted' }],
  [134, { key: 'aborted' }],
  [137, { key: 'killed' }],
  [139, { key: 'crashed' }],
  [143, { key: 'terminated' }],
  [141, { key: 'signal', signal: 13 }],
  [192, { key: 'signal', signal: 64 }],
  [193, { key: 'failed' }],
  [255, { key: 'failed' }],
])('exit code %d', (code, meaning) => {
  expect(exitMeaning(code)).toEqual(meaning);
});
