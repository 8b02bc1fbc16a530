import { beforeEach, describe, expect, it } from 'vitest';
import type { Fix } from '@shared/model/app-error.ts';
import { commonFix } from './fixes.ts';

beforeEach(() => {
  window.history.replaceState(null, '', '#/');
});

describe('commonFix', () => {
  it.each<[Fix, string]>([
    [{ kind: 'chooseEngine' }, '#/settings?section=engine'],
    [{ kind: 'setDefaultRegistry' }, '#/settings?section=builds'],
    [{ kind: 'signIn', registry: 'reg.example.com:5000' }, '#/registries?signIn=reg.example.com%3A5000'],
    [{ kind: 'unlockSecrets' }, '#/registries?vault=open'],
    [{ kind: 'setServicePrincipal' }, '#/settings?section=keyVault'],
    [{ kind: 'setUpEmulation' }, '#/engine'],
  ])('%j leads to %s', (fix, place) => {
    commonFix(fix)?.();
    expect(window.location.hash).toBe(place);
  });

  it.each<Fix['kind']>(['retry', 'editInputs', 'chooseFolder', 'chooseDockerfile', 'buildWithoutPush'])(
    'leaves %s to the screen',
    (kind) => {
      expect(commonFix({ kind } as Fix)).toBeUndefined();
    },
  );
});
