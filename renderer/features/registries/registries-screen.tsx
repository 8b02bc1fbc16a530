import { useTranslation } from 'react-i18next';
import { Page } from '../../components/index.ts';

export function RegistriesScreen() {
  const { t } = useTranslation('common');
  return <Page title={t('nav.registries')}>{null}</Page>;
}
