import { useTranslation } from 'react-i18next';
import { navigate } from '../../app/location.ts';
import { paths } from '../../app/paths.ts';
import { Button, Empty } from '../../components/index.ts';

/** A task without steps: it runs, and does nothing. */
export function NoSteps({ onSource }: { readonly onSource: () => void }) {
  const { t } = useTranslation('task-screen');
  return (
    <Empty title={t('noSteps.title')} text={t('noSteps.text')} className="pt-16">
      <Button look="primary" onClick={onSource}>
        {t('broken.open')}
      </Button>
      <Button onClick={() => navigate(paths.taskSample('build-and-test'))}>{t('noSteps.sample')}</Button>
    </Empty>
  );
}
