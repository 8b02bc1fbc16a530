import { useTranslation } from 'react-i18next';
import { Page } from '../../components/index.ts';

export function QuickBuildScreen() {
  const { t } = useTranslation('common');
  return <Page title={t('nav.build')}>{null}</Page>;
}
