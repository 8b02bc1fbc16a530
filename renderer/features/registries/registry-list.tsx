import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useOperation } from '../../api/hooks.ts';
import { navigate, useQueryParams } from '../../app/location.ts';
import { paths } from '../../app/paths.ts';
import { Button, Empty, ErrorCard, ListState, Page, Panel, Section } from '../../components/index.ts';
import { LocalRegistryPanel } from './local-registry-panel.tsx';
import { OpenRegistry } from './open-registry.tsx';
import { entriesOf } from './registry-entries.ts';
import { RegistryRow } from './registry-row.tsx';
import { SignInForm } from './sign-in-form.tsx';
import { VaultPanel } from './vault-panel.tsx';

/** Where images are pushed and pulled, with which credential, and where that is kept. */
export function RegistryList() {
  const { t } = useTranslation('registries');
  const query = useQueryParams();
  const asked = query.get('signIn');
  const [adding, setAdding] = useState(false);
  const list = useOperation('registries', 'list', undefined);
  const limits = useOperation('registries', 'rateLimits', undefined);
  const local = useOperation('registries', 'local', undefined);
  const settings = useOperation('settings', 'get', undefined);
  const entries = list.data === undefined ? undefined : entriesOf(list.data.credentials, limits.data ?? [], local.data);
  const open = adding || asked !== null;
  const close = () => {
    setAdding(false);
    if (asked !== null) navigate(paths.registries, { replace: true });
  };
  const signIn = (
    <Button look="primary" icon={Plus} onClick={() => setAdding(true)}>
      {t('login.open')}
    </Button>
  );
  return (
    <Page title={t('title')} lead={t('intro')} measure="reading" actions={!open && entries?.length !== 0 && signIn}>
      <VaultPanel wanted={query.get('vault') !== null} />
      {open && !list.isPending && (
        <SignInForm
          key={asked ?? ''}
          host={asked ?? ''}
          known={entries?.find(({ host }) => host === asked)?.credential}
          onClose={close}
        />
      )}
      {list.data?.unreadable.map((error) => (
        <ErrorCard key={error.code} error={error} onFix={{ retry: () => void list.refetch() }} />
      ))}
      {open && entries?.length === 0 ? null : (
        <Panel>
          <ListState
            query={{ ...list, data: entries }}
            rows={4}
            empty={
              <Empty title={t('empty.title')} text={t('empty.detail')}>
                {signIn}
              </Empty>
            }
          >
            {(items) => (
              <ul className="divide-y divide-line">
                {items.map((entry) => (
                  <RegistryRow
                    key={entry.host}
                    entry={entry}
                    isDefault={settings.data?.defaultRegistry === entry.host}
                  />
                ))}
              </ul>
            )}
          </ListState>
        </Panel>
      )}
      <OpenRegistry />
      <Section title={t('local.title')}>
        <LocalRegistryPanel />
      </Section>
    </Page>
  );
}
