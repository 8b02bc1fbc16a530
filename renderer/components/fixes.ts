import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { Fix } from '@shared/model/app-error.ts';
import { client } from '../api/client.ts';
import { navigate } from '../app/location.ts';
import { paths } from '../app/paths.ts';
import { notifyFailure } from './toasts.tsx';

/** What a screen does about the fixes that only it can. */
export type FixHandlers = { readonly [K in Fix['kind']]?: (fix: Extract<Fix, { readonly kind: K }>) => void };

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
    case 'signInToGit':
      return () => navigate(paths.gitToken(fix.place));
    case 'unlockSecrets':
      return () => navigate(paths.vault());
    case 'openUrl':
      return () => void client.app.openExternal({ url: fix.url }).catch(notifyFailure);
    case 'retry':
    case 'chooseFolder':
    case 'chooseDockerfile':
    case 'editInputs':
    case 'buildWithoutPush':
    case 'useRef':
    case 'useFolder':
    case 'copyCommand': // shown as the command itself
      return undefined;
  }
}

/** The fixes as buttons: the screen's own handlers first. Those that nobody can carry out are left out. */
export function useFixActions(fixes: readonly Fix[], handlers: FixHandlers): readonly FixAction[] {
  const { t } = useTranslation('common');
  return fixes.flatMap((fix) => {
    const run = handled(fix, handlers) ?? commonFix(fix);
    return run === undefined ? [] : [{ id: JSON.stringify(fix), label: labelOf(fix, t), run }];
  });
}

/** What a screen does about a fix, told which one where that matters. */
function handled(fix: Fix, handlers: FixHandlers): (() => void) | undefined {
  const handler: ((fix: never) => void) | undefined = handlers[fix.kind];
  // The handler of a kind is for fixes of that kind, which the compiler can't see through the index.
  return handler === undefined ? undefined : () => handler(fix as never);
}

function labelOf(fix: Fix, t: TFunction<'common'>): string {
  switch (fix.kind) {
    case 'signIn':
      return t('fix.signInTo', { registry: fix.registry });
    case 'signInToGit':
      return t('fix.signInToGit', { place: fix.place });
    case 'useRef':
      return t('fix.useRef', { ref: fix.ref });
    case 'useFolder':
      return t('fix.useFolder', { folder: fix.folder });
    default:
      return t(`fix.${fix.kind}`);
  }
}
