import { HardDrive, Play, Square, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { LocalRegistryStatus } from '@shared/model/local-registry.ts';
import { useCommand, useOperation } from '../../api/hooks.ts';
import { paths } from '../../app/paths.ts';
import { navigate } from '../../app/location.ts';
import {
  Button,
  Chip,
  ConfirmPanel,
  cx,
  ErrorCard,
  Field,
  Input,
  Panel,
  Skeleton,
  Switch,
} from '../../components/index.ts';

/** A registry for those who have none: started in the engine, on this computer alone. */
export function LocalRegistryPanel() {
  const { t } = useTranslation('registries');
  const query = useOperation('registries', 'local', undefined);
  const [removing, setRemoving] = useState(false);
  if (query.error !== null)
    return <ErrorCard error={query.error.error} onFix={{ retry: () => void query.refetch() }} />;
  const status = query.data;
  if (status === undefined) return <Skeleton rows={1} />;
  return (
    <Panel className="flex flex-col gap-3 p-3">
      <div className="flex items-start gap-2.5">
        <HardDrive
          aria-hidden
          size={16}
          strokeWidth={1.75}
          className={cx('mt-0.5 shrink-0', status.state === 'running' ? 'text-succeeded-fg' : 'text-ink-3')}
        />
        <div className="flex min-w-0 flex-1 flex-col gap-0.5">
          <span className="flex items-center gap-2">
            {'host' in status && <span className="font-mono text-code">{status.host}</span>}
            <Chip tone={status.state === 'running' ? 'succeeded' : 'plain'}>{t(`local.state.${status.state}`)}</Chip>
          </span>
          <p className="text-xs text-ink-2">{t(`local.detail.${status.state}`)}</p>
          {'image' in status && <p className="font-mono text-2xs text-ink-3">{status.image}</p>}
          {status.state === 'absent' && status.dataKept && <p className="text-xs text-ink-2">{t('local.dataKept')}</p>}
        </div>
        {status.state === 'noEngine' ? (
          <Button size="small" onClick={() => navigate(paths.engine)}>
            {t('local.toEngine')}
          </Button>
        ) : (
          status.state !== 'absent' && (
            <Button size="small" look="quiet" icon={Trash2} onClick={() => setRemoving(true)}>
              {t('local.remove.open')}
            </Button>
          )
        )}
      </div>
      {status.state !== 'noEngine' && !removing && <StartAndStop key={status.state} status={status} />}
      {removing && <RemovePanel onClose={() => setRemoving(false)} />}
    </Panel>
  );
}

function StartAndStop({ status }: { readonly status: LocalRegistryStatus }) {
  const { t } = useTranslation('registries');
  const settings = useOperation('settings', 'get', undefined);
  const start = useCommand('registries', 'startLocal');
  const stop = useCommand('registries', 'stopLocal');
  const [port, setPort] = useState('');
  const [image, setImage] = useState<string>();
  const number = port.trim() === '' ? undefined : Number(port);
  const wrong = number !== undefined && !(Number.isInteger(number) && number >= 1 && number <= 65_535);
  const begin = () => {
    if (wrong || start.isPending) return;
    start.mutate(status.state === 'stopped' ? { image: status.image } : { port: number, image });
  };
  const failure = start.error ?? stop.error;
  return (
    <>
      {status.state === 'running' ? (
        <div className="pl-6.5">
          <Button size="small" icon={Square} busy={stop.isPending} onClick={() => stop.mutate(undefined)}>
            {t('local.stop')}
          </Button>
        </div>
      ) : (
        <form
          className="flex flex-wrap items-start gap-3"
          onSubmit={(event) => {
            event.preventDefault();
            begin();
          }}
        >
          {status.state === 'absent' && (
            <>
              <Field label={t('local.image')} className="min-w-56 flex-1">
                <Input
                  mono
                  value={image ?? settings.data?.localRegistryImage ?? ''}
                  onValue={(value) => setImage(value.trim() === '' ? undefined : value.trim())}
                />
              </Field>
              <Field label={t('local.port')} error={wrong ? t('local.portWrong') : undefined} className="w-36">
                <Input mono inputMode="numeric" value={port} placeholder={t('local.portAny')} onValue={setPort} />
              </Field>
            </>
          )}
          <Button
            type="submit"
            look="primary"
            icon={Play}
            busy={start.isPending}
            className={status.state === 'absent' ? 'mt-5' : ''}
          >
            {start.isPending ? t('local.starting') : t('local.start')}
          </Button>
        </form>
      )}
      {failure !== null && <ErrorCard error={failure.error} onFix={{ retry: begin }} />}
    </>
  );
}

/** What was pushed there can't be brought back: so it goes only when it is said to. */
function RemovePanel({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { t } = useTranslation('registries');
  const remove = useCommand('registries', 'removeLocal');
  const [data, setData] = useState(false);
  const go = () => remove.mutate({ data }, { onSuccess: onClose });
  return (
    <ConfirmPanel
      title={t('local.remove.title')}
      detail={t('local.remove.detail')}
      confirm={data ? t('local.remove.confirmData') : t('local.remove.confirm')}
      icon={Trash2}
      busy={remove.isPending}
      failure={remove.error}
      onConfirm={go}
      onClose={onClose}
    >
      <Switch checked={data} onChecked={setData} label={t('local.remove.data')} />
    </ConfirmPanel>
  );
}
