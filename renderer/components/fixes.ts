import { useTranslation } from 'react-i18next';
import type { Fix } from '@shared/model/app-error.ts';
import { client } from '../api/client.ts';
import { navigate } from '../app/location.ts';
import { paths } from '../app/paths.ts';
import { notifyFailure } from './toasts.tsx';

/** What a screen does about the fixes that only it can. */
export type FixHandlers = { readonly [K in Fix['kind']]?: () => void };

export interface FixAction {
  readonly id: string;
  readonly label: string;
  readonly run: () => void;
}

/** What a fix does wherever it is offered; undefined when only a screen knows. */
export function commonFix(fix: Fix): (() => void) | undefined {
  switch (fix.kind) {
    case 'startEngine':
      return () => void client.engine.find().catch(notifyFailure);
    case 'chooseEngine':
      return () => navigate(paths.settings('engine'));
    case 'setDefaultRegistry':
      return () => navigate(paths.settings('builds'));
    case 'setUpEmulation':
      return () => navigate(paths.engine);
    case 'setServicePrincipal':
      return () => navigate(paths.settings('keyVault'));
    case 'signIn':
      return () => navigate(paths.signIn(fix.registry));
    case 'unlockSecrets':
      return () => navigate(paths.vault());
    case 'openUrl':
      return () => void client.app.openExternal({ url: fix.url }).catch(notifyFailure);
    case 'retry':
    case 'chooseFolder':
    case 'chooseDockerfile':
    case 'editInputs':
    case 'buildWithoutPush':
    case 'copyCommand': // shown as the command itself
      return undefined;
  }
}

/** The fixes as buttons: the screen's own handlers first. Those that nobody can carry out are left out. */
export function useFixActions(fixes: readonly Fix[], handlers: FixHandlers): readonly FixAction[] {
  const { t } = useTranslation('common');
  return fixes.flatMap((fix) => {
    const run = handlers[fix.kind] ?? commonFix(fix);
    if (run === undefined) return [];
    const label = fix.kind === 'signIn' ? t('fix.signInTo', { registry: fix.registry }) : t(`fix.${fix.kind}`);
    return [{ id: JSON.stringify(fix), label, run }];
  });
}
