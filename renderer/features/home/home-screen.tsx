import { useTranslation } from 'react-i18next';
import { Page } from '../../components/index.ts';

export function HomeScreen() {
  const { t } = useTranslation('common');
  return <Page title={t('nav.home')}>{null}</Page>;
}
