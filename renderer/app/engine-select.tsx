import { useTranslation } from 'react-i18next';
import { useOperation } from '../api/hooks.ts';
import { Field, Select } from '../components/index.ts';
import { engineName, listedEngineWords } from './engine-chip.tsx';

interface EngineSelectProps {
  /** Empty: the default one, or another that has the platforms. */
  readonly value: string;
  readonly onValue: (name: string) => void;
}

/** Where a run goes; nothing where there is one engine alone, and none that is gone was chosen. */
export function EngineSelect({ value, onValue }: EngineSelectProps) {
  const { t, i18n } = useTranslation('engine');
  const { data: engines = [] } = useOperation('engine', 'list', undefined);
  const gone = value !== '' && engines.every(({ name }) => name !== value);
  if (engines.length < 2 && !gone) return null;
  const [first] = engines;
  return (
    <Field label={t('select.label')} error={gone ? t('select.gone', { name: value }) : undefined}>
      <Select
        value={value}
        options={[
          {
            value: '',
            label: t('select.any'),
            detail: t('select.anyDetail', { name: engineName(i18n, first?.name ?? '') }),
          },
          ...engines.map(({ name, status }) => ({
            value: name,
            label: engineName(i18n, name),
            detail: listedEngineWords(i18n, status),
          })),
          ...(gone ? [{ value, label: value }] : []),
        ]}
        onValue={onValue}
      />
    </Field>
  );
}
