import { LockKeyhole } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { formatDuration } from '@shared/format/duration.ts';
import { formatPlatform } from '@shared/model/platform.ts';
import type { QuickRunRequest } from '@shared/model/quick-run.ts';
import type { Run } from '@shared/model/run.ts';
import { requestSource } from '../../../app/active-runs.ts';
import { Chip, CodeLine, MiddleTruncate } from '../../../components/index.ts';
import { Part } from './part.tsx';

/** What a task's run was asked for. */
export function RunInputs({ run }: { readonly run: Run }) {
  const { t } = useTranslation('run');
  if (run.request.kind !== 'quickRun') return null;
  const request = run.request.run;
  return (
    <>
      <Part title={t('inputs.title')}>
        <dl className="grid grid-cols-[max-content_minmax(0,1fr)] items-baseline gap-x-4 gap-y-1.5">
          <Source run={run} request={request} />
          <Fact name={t('inputs.folder')}>
            {request.context === undefined ? (
              <span className="text-ink-2">{t('inputs.noFolder')}</span>
            ) : (
              <MiddleTruncate text={request.context} tail={28} copyLabel={t('copyFolder')} />
            )}
          </Fact>
          {request.valuesFile !== undefined && (
            <Fact name={t('inputs.valuesFile')}>
              <MiddleTruncate text={request.valuesFile} tail={28} copyLabel={t('copyPath')} />
            </Fact>
          )}
          {run.platforms.length > 0 && (
            <Fact name={t('inputs.platform')}>{run.platforms.map(formatPlatform).join(', ')}</Fact>
          )}
          {request.registry !== undefined && <Fact name={t('inputs.registry')}>{request.registry}</Fact>}
          <Fact name={t('inputs.timeout')}>{formatDuration(request.timeoutSeconds * 1000)}</Fact>
          {run.engine !== undefined && (
            <Fact name={t('inputs.engine')}>
              {run.engine.name !== undefined && `${run.engine.name} · `}
              {run.engine.version} <code className="text-xs break-all text-ink-3">{run.engine.host}</code>
            </Fact>
          )}
          {request.allow.length > 0 && (
            <Fact name={t('inputs.allowed')}>
              <Chips>
                {request.allow.map((permission) => (
                  <Chip key={permission} tone="warning">
                    {t(`permission.${permission}`)}
                  </Chip>
                ))}
              </Chips>
            </Fact>
          )}
          <Breakpoints request={request} />
        </dl>
      </Part>
      <Part title={t('inputs.values')}>
        <Values values={request.values} />
      </Part>
    </>
  );
}

function Source({ run, request }: { readonly run: Run; readonly request: QuickRunRequest }) {
  const { t } = useTranslation('run');
  const text = requestSource(run.request);
  switch (request.source.kind) {
    case 'file':
      return (
        <Fact name={t('fact.file')}>
          <MiddleTruncate text={text} tail={28} copyLabel={t('copyPath')} />
        </Fact>
      );
    case 'text':
      return <Fact name={t('fact.file')}>{t('inputs.editedText', { name: request.source.name })}</Fact>;
    case 'command':
      return (
        <Fact name={t('fact.command')}>
          <CodeLine text={text} label={t('copyCommand')} wrap />
        </Fact>
      );
  }
}

function Breakpoints({ request: { breakpoints } }: { readonly request: QuickRunRequest }) {
  const { t } = useTranslation('run');
  const { before, after, onFailure } = breakpoints;
  if (before.length === 0 && after.length === 0 && !onFailure) return null;
  return (
    <Fact name={t('inputs.stops')}>
      <Chips>
        {before.map((step) => (
          <Chip key={`before ${step}`}>{t('inputs.before', { step })}</Chip>
        ))}
        {after.map((step) => (
          <Chip key={`after ${step}`}>{t('inputs.after', { step })}</Chip>
        ))}
        {onFailure && <Chip>{t('inputs.onFailure')}</Chip>}
      </Chips>
    </Fact>
  );
}

function Values({ values }: { readonly values: QuickRunRequest['values'] }) {
  const { t } = useTranslation('run');
  if (values.length === 0) return <p className="text-xs text-ink-2">{t('inputs.noValues')}</p>;
  return (
    <div className="min-w-0 overflow-x-auto rounded-md border border-line bg-surface">
      <table className="w-full text-left" aria-label={t('inputs.values')}>
        <thead className="sr-only">
          <tr>
            <th>{t('inputs.name')}</th>
            <th>{t('inputs.value')}</th>
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {values.map(({ name, value, secret }, index) => (
            // The same name may be given twice; the last one wins.
            <tr key={index} className="align-top">
              <th scope="row" className="px-3 py-1 font-normal whitespace-nowrap text-ink-2">
                <code>{name}</code>
              </th>
              <td className="w-full px-3 py-1">
                {secret ? (
                  <span className="flex items-center gap-1.5 text-ink-3">
                    <LockKeyhole aria-hidden size={13} strokeWidth={1.75} />
                    {t('inputs.hidden')}
                  </span>
                ) : (
                  <code className="break-all whitespace-pre-wrap">{value ?? ''}</code>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt className="text-xs whitespace-nowrap text-ink-3">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  );
}

function Chips({ children }: { readonly children: ReactNode }) {
  return <span className="flex flex-wrap gap-1">{children}</span>;
}
