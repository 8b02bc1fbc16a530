import { FolderSearch } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { navigate } from '../../app/location.ts';
import { paths } from '../../app/paths.ts';
import { Button, Input } from '../../components/index.ts';

/** The way into a registry without signing in. */
export function OpenRegistry() {
  const { t } = useTranslation('registries');
  const [host, setHost] = useState('');
  const wanted = host.trim();
  return (
    <form
      className="flex items-center gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (wanted !== '') navigate(paths.browse(wanted));
      }}
    >
      <Input
        icon={FolderSearch}
        value={host}
        aria-label={t('browse.otherHost')}
        placeholder={t('browse.otherHost')}
        onValue={setHost}
      />
      <Button type="submit" disabled={wanted === ''}>
        {t('browse.open')}
      </Button>
    </form>
  );
}
