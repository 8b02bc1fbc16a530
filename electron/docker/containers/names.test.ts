import { expect, it } from 'vitest';
import { uniqueName } from './names.ts';

it.each([
  ['ca1', 'build', /^slipway-ca1-build-[0-9a-f]{8}$/],
  ['ca1', 'acb_step_0', /^slipway-ca1-acb_step_0-[0-9a-f]{8}$/],
  ['ca1', '빌드', /^slipway-ca1-[0-9a-f]{8}$/],
  ['ca1', '../../x y', /^slipway-ca1-\.\.-\.\.-x-y-[0-9a-f]{8}$/],
  ['ca1', `${'a'.repeat(300)}`, /^slipway-ca1-a{40}-[0-9a-f]{8}$/],
  ['', '', /^slipway-[0-9a-f]{8}$/],
])('makes a name of run %j and purpose %j', (runId, purpose, name) => {
  expect(uniqueName(runId, purpose)).toMatch(name);
  expect(uniqueName(runId, purpose)).not.toBe(uniqueName(runId, purpose));
});
