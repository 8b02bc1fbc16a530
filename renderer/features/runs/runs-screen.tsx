import { useTranslation } from 'react-i18next';
import { Page } from '../../components/index.ts';

export function RunsScreen() {
  const { t } = useTranslation('common');
  return <Page title={t('nav.runs')}>{null}</Page>;
}
