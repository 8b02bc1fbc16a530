import { RefreshCw, SlidersHorizontal } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { EngineInfo, EngineStatus } from '@shared/model/engine-status.ts';
import { useCommand, useOperation } from '../../api/hooks.ts';
import { navigate } from '../../app/location.ts';
import { paths } from '../../app/paths.ts';
import {
  Button,
  Bytes,
  Chip,
  ErrorCard,
  MiddleTruncate,
  Page,
  Panel,
  Section,
  Skeleton,
  Spinner,
} from '../../components/index.ts';
import { AttemptList } from './attempt-list.tsx';
import { EmulationSection } from './emulation-section.tsx';

/** The engine in use and what it can do; without one, every place that was tried and what helps. */
export function EngineScreen() {
  const { t } = useTranslation('engine');
  const status = useOperation('engine', 'status', undefined);
  const find = useCommand('engine', 'find');
  const looking = find.isPending || status.data?.state === 'searching' || status.data?.state === 'starting';
  return (
    <Page
      title={t('title')}
      lead={t('lead')}
      measure="reading"
      actions={
        <>
          <Button icon={SlidersHorizontal} onClick={() => navigate(paths.settings('engine'))}>
            {t('settings')}
          </Button>
          <Button look="primary" icon={RefreshCw} busy={looking} onClick={() => find.mutate()}>
            {t('lookAgain')}
          </Button>
        </>
      }
    >
      {status.error !== null && <ErrorCard error={status.error.error} onFix={{ retry: () => void status.refetch() }} />}
      {find.error !== null && <ErrorCard error={find.error.error} onFix={{ retry: () => find.mutate() }} />}
      {status.isPending && <Skeleton rows={6} />}
      {status.data !== undefined && <State status={status.data} onRetry={() => find.mutate()} />}
      {status.data !== undefined && status.data.attempts.length > 0 && (
        <Section title={t('tried')}>
          <AttemptList attempts={status.data.attempts} />
        </Section>
      )}
    </Page>
  );
}

function State({ status, onRetry }: { readonly status: EngineStatus; readonly onRetry: () => void }) {
  const { t } = useTranslation('engine');
  switch (status.state) {
    case 'searching':
    case 'starting':
      return (
        <output className="flex items-center gap-2 text-ink-2">
          <Spinner />
          {t(status.state)}
        </output>
      );
    case 'ready':
      return (
        <>
          <EngineFacts info={status.info} />
          <EmulationSection info={status.info} />
        </>
      );
    case 'absent':
      return (
        <>
          <ErrorCard error={status.error} onFix={{ retry: onRetry }} />
          <p className="text-ink-2">{t('stillUsable')}</p>
        </>
      );
  }
}

function EngineFacts({ info }: { readonly info: EngineInfo }) {
  const { t } = useTranslation('engine');
  return (
    <Panel>
      <dl className="grid grid-cols-[10rem_minmax(0,1fr)] gap-x-4 gap-y-2 p-4 [&>dt]:text-ink-2">
        <dt>{t('fact.product')}</dt>
        <dd className="flex flex-wrap items-center gap-2">
          <span className="font-medium">
            {info.product} {info.version}
          </span>
          <Chip>API {info.apiVersion}</Chip>
          {info.embedded && <Chip tone="accent">{t('fact.embedded')}</Chip>}
        </dd>
        <dt>{t('fact.host')}</dt>
        <dd className="min-w-0">
          <MiddleTruncate text={info.host} copyLabel={t('fact.copyHost')} className="font-mono text-code" />
        </dd>
        <dt>{t('fact.foundBy')}</dt>
        <dd>{t(`source.${info.source}`)}</dd>
        <dt>{t('fact.system')}</dt>
        <dd>
          {info.os}/{info.architecture}
        </dd>
        <dt>{t('fact.platforms')}</dt>
        <dd className="flex flex-wrap gap-1">
          {info.platforms.map((platform) => (
            <Chip key={platform} className="font-mono">
              {platform}
            </Chip>
          ))}
        </dd>
        <dt>{t('fact.builder')}</dt>
        <dd>
          {t(`builder.${info.builder}`)} <span className="text-ink-3">({info.storageDriver})</span>
        </dd>
        {info.diskFree !== undefined && (
          <>
            <dt>{t('fact.diskFree')}</dt>
            <dd>
              <Bytes value={info.diskFree} />
            </dd>
          </>
        )}
      </dl>
    </Panel>
  );
}
