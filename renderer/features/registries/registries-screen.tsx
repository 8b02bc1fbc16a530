import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useOperation } from '../../api/hooks.ts';
import { navigate, useQueryParams } from '../../app/location.ts';
import { paths } from '../../app/paths.ts';
import { Button, Empty, ListState, Page, Panel } from '../../components/index.ts';
import { RegistryRow } from './registry-row.tsx';
import { SignInForm } from './sign-in-form.tsx';
import { VaultPanel } from './vault-panel.tsx';

/** Where images are pushed and pulled with a name and a password, and where those are kept. */
export function RegistriesScreen() {
  const { t } = useTranslation('registries');
  const query = useQueryParams();
  const asked = query.get('signIn');
  const [adding, setAdding] = useState(false);
  const list = useOperation('registries', 'list', undefined);
  const settings = useOperation('settings', 'get', undefined);
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
    <Page title={t('title')} lead={t('intro')} measure="reading" actions={!open && list.data?.length !== 0 && signIn}>
      <VaultPanel wanted={query.get('vault') !== null} />
      {open && <SignInForm key={asked ?? ''} host={asked ?? ''} onClose={close} />}
      {open && list.data?.length === 0 ? null : (
        <Panel>
          <ListState
            query={list}
            rows={4}
            empty={
              <Empty title={t('empty.title')} text={t('empty.detail')}>
                {signIn}
              </Empty>
            }
          >
            {(credentials) => (
              <ul className="divide-y divide-line">
                {credentials.map((credential) => (
                  <RegistryRow
                    key={`${credential.source} ${credential.host}`}
                    credential={credential}
                    isDefault={settings.data?.defaultRegistry === credential.host}
                  />
                ))}
              </ul>
            )}
          </ListState>
        </Panel>
      )}
    </Page>
  );
}
