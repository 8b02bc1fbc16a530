import { useTranslation } from 'react-i18next';
import { lookUp } from '../../i18n/i18n.ts';

interface SampleWords {
  readonly title: string;
  readonly text: string | undefined;
}

/** What the bundled samples are called, by their id; one without words of ours goes by its id. */
export function useSampleWords(): (id: string) => SampleWords {
  const { i18n } = useTranslation('samples');
  return (id) => ({
    title: lookUp(i18n, 'samples', `sample.${id}.title`) ?? id,
    text: lookUp(i18n, 'samples', `sample.${id}.text`),
  });
}
