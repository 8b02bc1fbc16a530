import { expect, it } from 'vitest';
import { loadMessages } from './messages.ts';

it.each([
  ['en', 1, 'Waiting: 1 run is before this one; 2 may run side by side.'],
  ['en', 3, 'Waiting: 3 runs are before this one; 2 may run side by side.'],
  ['ko', 1, '대기 중: 앞선 실행 1개, 동시 실행 한도 2개.'],
] as const)('counts the runs ahead: %s, %i', async (language, count, words) => {
  expect((await loadMessages(language)).t('wait.concurrency', { count, limit: 2 })).toBe(words);
});
