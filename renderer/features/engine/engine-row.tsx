import { ChevronRight, Ellipsis, PlugZap, Star, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { runnablePlatforms } from '@shared/model/emulation.ts';
import type { EngineListing } from '@shared/model/named-engine.ts';
import { useCommand } from '../../api/hooks.ts';
import { EngineDot, engineName, engineWords } from '../../app/engine-chip.tsx';
import {
  Button,
  Chip,
  ConfirmPanel,
  cx,
  errorTexts,
  IconButton,
  Menu,
  MiddleTruncate,
  notify,
  notifyFailure,
  RelativeTime,
  Tooltip,
  useFocusStays,
} from '../../components/index.ts';

interface EngineRowProps {
  readonly engine: EngineListing;
  /** Shown in full below. */
  readonly chosen: boolean;
  readonly onChoose: () => void;
}

/** One engine: whether it is there, what it builds for, how far away it is. */
export function EngineRow({ engine, chosen, onChoose }: EngineRowProps) {
  useFocusStays();
  const { t, i18n } = useTranslation('engine');
  const test = useCommand('engine', 'test');
  const use = useCommand('engine', 'use');
  const [leaving, setLeaving] = useState(false);
  const { name, isDefault, status } = engine;
  const shown = engineName(i18n, name);
  const named = engine.host !== undefined;
  return (
    <li className={cx('flex flex-col gap-2 px-3 py-2', chosen && 'bg-selected')}>
      <div className="flex items-center gap-3">
        <button
          type="button"
          aria-pressed={chosen}
          onClick={onChoose}
          className="flex min-w-0 flex-1 items-center gap-3 rounded-sm text-left"
        >
          <span className="flex w-3 shrink-0 justify-center">
            <EngineDot status={status} />
          </span>
          <span className="flex min-w-0 flex-1 flex-col">
            <span className="flex min-w-0 items-center gap-2">
              <MiddleTruncate text={shown} className="font-medium" />
              {isDefault && (
                <Tooltip content={t('default.hint')}>
                  <span className="flex shrink-0">
                    <Chip tone="accent">{t('default.mark')}</Chip>
                  </span>
                </Tooltip>
              )}
            </span>
            <Health engine={engine} />
          </span>
          <ChevronRight aria-hidden size={15} className={cx('shrink-0 text-ink-3', chosen && 'rotate-90')} />
        </button>
        <Button
          size="small"
          icon={PlugZap}
          busy={test.isPending}
          aria-label={t('test.of', { name: shown })}
          onClick={() => test.mutate({ name }, { onError: notifyFailure })}
        >
          {t('test.open')}
        </Button>
        <Menu
          trigger={<IconButton icon={Ellipsis} label={t('actionsOf', { name: shown })} />}
          sections={[
            [
              {
                id: 'use',
                icon: Star,
                label: t('default.set'),
                ...(isDefault ? { disabled: t('default.hint') } : {}),
                onSelect: () => use.mutate({ name }, { onError: notifyFailure }),
              },
            ],
            [
              {
                id: 'remove',
                icon: Trash2,
                label: t('remove.open'),
                danger: true,
                ...(named ? {} : { disabled: t('remove.automatic') }),
                onSelect: () => setLeaving(true),
              },
            ],
          ]}
        />
      </div>
      {leaving && <RemovePanel engine={engine} onClose={() => setLeaving(false)} />}
    </li>
  );
}

/** Asked before: the address, and which certificates belong to it, are nowhere else. */
function RemovePanel({
  engine: { name, host = '' },
  onClose,
}: {
  readonly engine: EngineListing;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation('engine');
  const remove = useCommand('engine', 'remove');
  const leave = () => remove.mutate({ name }, { onSuccess: () => notify({ title: t('remove.done', { name }) }) });
  return (
    <ConfirmPanel
      title={t('remove.title')}
      detail={t('remove.detail', { name, host })}
      confirm={t('remove.confirm')}
      icon={Trash2}
      busy={remove.isPending}
      failure={remove.error}
      onConfirm={leave}
      onClose={onClose}
    />
  );
}

function Health({ engine: { host, status, latencyMs, lastSeen } }: { readonly engine: EngineListing }) {
  const { t, i18n } = useTranslation('engine');
  const address = status.state === 'ready' ? status.info.host : host;
  return (
    <>
      {address !== undefined && <MiddleTruncate text={address} tail={24} className="font-mono text-xs text-ink-2" />}
      <span className="flex min-w-0 flex-wrap gap-x-3 text-xs text-ink-3">
        {status.state === 'absent' ? (
          <span className="min-w-0 text-warning-fg">{errorTexts(i18n, status.error).title}</span>
        ) : (
          <span>{engineWords(i18n, status)}</span>
        )}
        {status.state === 'ready' && (
          <span>{t('platformCount', { count: runnablePlatforms(status.info).length })}</span>
        )}
        {status.state === 'ready' && latencyMs !== undefined && (
          <span className="figures">{t('latency', { ms: Math.max(1, Math.round(latencyMs)) })}</span>
        )}
        {status.state === 'absent' && lastSeen !== undefined && (
          <span>
            {t('lastSeen')} <RelativeTime time={lastSeen} />
          </span>
        )}
      </span>
    </>
  );
}
