import { useTranslation } from 'react-i18next';
import { exitMeaning } from './exit-code.ts';

/** What an exit code means, in a sentence of the language in force. */
export function useExitWords(): (code: number) => string {
  const { t } = useTranslation('run');
  return (code) => {
    const meaning = exitMeaning(code);
    return meaning.key === 'signal'
      ? t('exit.signal', { code, signal: meaning.signal })
      : t(`exit.${meaning.key}`, { code });
  };
}
