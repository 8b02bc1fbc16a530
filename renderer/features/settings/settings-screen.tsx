import { useTranslation } from 'react-i18next';
import { Page } from '../../components/index.ts';

export function SettingsScreen() {
  const { t } = useTranslation('common');
  return <Page title={t('nav.settings')}>{null}</Page>;
}
