import { Check, PlugZap, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  AzureCloud,
  keyVaultDomains,
  type ServicePrincipal,
  ServicePrincipalInput,
} from '@shared/model/service-principal.ts';
import { useCommand, useOperation } from '../../api/hooks.ts';
import {
  Button,
  ConfirmPanel,
  ErrorCard,
  FailureCard,
  Field,
  Form,
  Input,
  notify,
  Select,
} from '../../components/index.ts';
import { Group, Row } from './settings-group.tsx';
import { useEdited } from './use-edited.ts';

const { tenant: Tenant, clientId: ClientId } = ServicePrincipalInput.shape;

/** The service principals that read secrets of tasks from Azure Key Vault, one for each of Azure's clouds. */
export function KeyVaultSection() {
  const { t } = useTranslation('settings');
  const principals = useOperation('keyVault', 'principals', undefined);
  const [chosen, setChosen] = useState<AzureCloud>();
  // What is brought into view has its whole height by then.
  if (principals.isPending) return null;
  const cloud = chosen ?? principals.data?.[0]?.cloud ?? 'AzureCloud';
  return (
    <Group id="keyVault">
      <p className="text-ink-2">{t('keyVault.lead')}</p>
      {principals.error !== null && (
        <ErrorCard error={principals.error.error} onFix={{ retry: () => void principals.refetch() }} />
      )}
      {principals.data !== undefined && (
        <PrincipalForm
          key={cloud}
          cloud={cloud}
          stored={principals.data.find((principal) => principal.cloud === cloud)}
          onCloud={setChosen}
        />
      )}
    </Group>
  );
}

interface PrincipalFormProps {
  readonly cloud: AzureCloud;
  readonly stored: ServicePrincipal | undefined;
  readonly onCloud: (cloud: AzureCloud) => void;
}

/** Takes a secret into the vault; it never comes back to the window. */
function PrincipalForm({ cloud, stored, onCloud }: PrincipalFormProps) {
  const { t } = useTranslation('settings');
  const [tenant, setTenant] = useEdited(stored?.tenant ?? '');
  const [clientId, setClientId] = useEdited(stored?.clientId ?? '');
  const [clientSecret, setClientSecret] = useState('');
  const [tried, setTried] = useState(false);
  const [removing, setRemoving] = useState(false);
  const save = useCommand('keyVault', 'save');
  const test = useCommand('keyVault', 'test');
  const changed =
    tenant.trim() !== (stored?.tenant ?? '') || clientId.trim() !== (stored?.clientId ?? '') || clientSecret !== '';
  const wrong = {
    tenant: !Tenant.safeParse(tenant.trim()).success,
    clientId: !ClientId.safeParse(clientId.trim()).success,
    clientSecret: clientSecret === '',
  };
  const complaint = (field: keyof typeof wrong) => (tried && wrong[field] ? t(`keyVault.${field}.wrong`) : undefined);
  const submit = () => {
    setTried(true);
    if (wrong.tenant || wrong.clientId || wrong.clientSecret || save.isPending) return;
    test.reset();
    save.mutate(
      { cloud, tenant: tenant.trim(), clientId: clientId.trim(), clientSecret },
      {
        onSuccess: () => {
          setClientSecret('');
          setTried(false);
          notify({ title: t('keyVault.saved') });
        },
      },
    );
  };
  return (
    <Form className="flex flex-col gap-4" onSubmit={submit}>
      <Row>
        <Field
          label={t('keyVault.cloud.label')}
          hint={t('keyVault.cloud.hint', { address: `NAME.${keyVaultDomains[cloud]}` })}
        >
          <Select
            value={cloud}
            options={AzureCloud.options.map((value) => ({ value, label: t(`keyVault.cloud.${value}`) }))}
            onValue={onCloud}
          />
        </Field>
        <Field label={t('keyVault.tenant.label')} hint={t('keyVault.tenant.hint')} error={complaint('tenant')}>
          <Input mono value={tenant} onValue={setTenant} />
        </Field>
      </Row>
      <Row>
        <Field label={t('keyVault.clientId.label')} hint={t('keyVault.clientId.hint')} error={complaint('clientId')}>
          <Input mono value={clientId} onValue={setClientId} />
        </Field>
        <Field
          label={t('keyVault.clientSecret.label')}
          hint={stored === undefined ? t('keyVault.clientSecret.hint') : t('keyVault.clientSecret.kept')}
          error={complaint('clientSecret')}
        >
          <Input mono type="password" value={clientSecret} onValue={setClientSecret} />
        </Field>
      </Row>
      <FailureCard failure={save.error} onFix={{ retry: submit }} />
      {!changed && (
        <FailureCard
          failure={test.error}
          without="setServicePrincipal"
          onFix={{ retry: () => test.mutate({ cloud }) }}
        />
      )}
      <div className="flex flex-wrap items-center gap-2">
        <Button type="submit" look="primary" disabled={!changed} busy={save.isPending}>
          {t('keyVault.save')}
        </Button>
        <Button
          icon={PlugZap}
          disabled={stored === undefined || changed}
          reason={stored === undefined || changed ? t('keyVault.test.saveFirst') : undefined}
          busy={test.isPending}
          onClick={() => test.mutate({ cloud })}
        >
          {t('keyVault.test.open')}
        </Button>
        {stored !== undefined && !removing && (
          <Button look="danger" icon={Trash2} onClick={() => setRemoving(true)}>
            {t('keyVault.remove.open')}
          </Button>
        )}
        <output className="flex min-w-0 items-center gap-1.5 text-xs text-succeeded-fg">
          {test.isSuccess && !changed && (
            <>
              <Check aria-hidden size={14} className="shrink-0" />
              {t('keyVault.test.ok')}
            </>
          )}
        </output>
      </div>
      {removing && <RemovePanel cloud={cloud} onClose={() => setRemoving(false)} />}
    </Form>
  );
}

/** Asked before, since a forgotten secret can't be brought back. */
function RemovePanel({ cloud, onClose }: { readonly cloud: AzureCloud; readonly onClose: () => void }) {
  const { t } = useTranslation('settings');
  const remove = useCommand('keyVault', 'remove');
  const confirm = () =>
    remove.mutate(
      { cloud },
      {
        onSuccess: () => {
          notify({ title: t('keyVault.remove.done') });
          onClose();
        },
      },
    );
  return (
    <ConfirmPanel
      title={t('keyVault.remove.title')}
      detail={t('keyVault.remove.detail')}
      confirm={t('keyVault.remove.confirm')}
      icon={Trash2}
      busy={remove.isPending}
      failure={remove.error}
      onConfirm={confirm}
      onClose={onClose}
    />
  );
}
