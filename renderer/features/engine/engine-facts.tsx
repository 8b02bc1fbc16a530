import { useTranslation } from 'react-i18next';
import { safeBuildKit, trustsFrontends } from '@shared/model/buildkit-flaws.ts';
import { runnablePlatforms } from '@shared/model/emulation.ts';
import type { EngineInfo } from '@shared/model/engine-status.ts';
import { Bytes, Chip, MiddleTruncate, Panel } from '../../components/index.ts';

/** An engine that is there, and what it can do. */
export function EngineFacts({ info }: { readonly info: EngineInfo }) {
  const { t } = useTranslation('engine');
  return (
    <Panel>
      <dl className="grid grid-cols-[10rem_minmax(0,1fr)] gap-x-4 gap-y-2 p-4 [&>dt]:text-ink-2">
        <dt>{t('fact.product')}</dt>
        <dd className="flex flex-wrap items-center gap-2">
          <span className="font-medium">
            {info.product} {info.version}
          </span>
          {info.apiVersion !== '' && <Chip>API {info.apiVersion}</Chip>}
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
          {runnablePlatforms(info).map((platform) => (
            <Chip key={platform} className="font-mono">
              {platform}
            </Chip>
          ))}
        </dd>
        <dt>{t('fact.builder')}</dt>
        <dd>
          {t(`builder.${info.builder}`)}{' '}
          {info.storageDriver !== '' && <span className="text-ink-3">({info.storageDriver})</span>}
        </dd>
        {info.buildkitVersion !== undefined && (
          <>
            <dt>{t('fact.buildkit')}</dt>
            <dd>
              <span className="figures">{info.buildkitVersion}</span>
              {trustsFrontends(info) === 'yes' && (
                <p className="mt-1 text-xs text-warning-fg">{t('fact.buildkitOld', { safe: safeBuildKit })}</p>
              )}
            </dd>
          </>
        )}
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
