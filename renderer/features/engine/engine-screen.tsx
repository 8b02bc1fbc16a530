import { useTranslation } from 'react-i18next';
import { Page } from '../../components/index.ts';

export function EngineScreen() {
  const { t } = useTranslation('common');
  return <Page title={t('nav.engine')}>{null}</Page>;
}
