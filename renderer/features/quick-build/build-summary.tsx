import { useDeferredValue, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { nameOfInline } from '@shared/model/quick-build.ts';
import { formatBytes } from '@shared/format/bytes.ts';
import { useOperation } from '../../api/hooks.ts';
import { placeOfContext } from '../../app/active-runs.ts';
import { Bytes, CodeLine, ErrorCard, MiddleTruncate, Skeleton, Tabs } from '../../components/index.ts';
import { recordedRequest } from './form.ts';
import type { BuildForm } from './form.ts';

interface BuildSummaryProps {
  readonly form: BuildForm;
  readonly keepsSecrets: boolean;
}

/** Beside the form: what will be sent, and the same build for a terminal. */
export function BuildSummary({ form, keepsSecrets }: BuildSummaryProps) {
  const { t } = useTranslation('build');
  return (
    <aside
      aria-label={t('summary.label')}
      className="flex w-76 shrink-0 flex-col gap-6 overflow-y-auto border-l border-line bg-surface px-4 pt-5 pb-6 narrow:w-full narrow:border-t narrow:border-l-0 wide:w-96"
    >
      <ContextSize
        context={form.context}
        dockerfile={form.pasted === undefined ? form.dockerfile : nameOfInline({ from: 'form' })}
      />
      <Equivalents form={form} keepsSecrets={keepsSecrets} />
    </aside>
  );
}

function ContextSize({ context, dockerfile }: { readonly context: string; readonly dockerfile: string }) {
  const { t, i18n } = useTranslation('build');
  const size = useOperation('quickBuilds', 'size', { context, dockerfile });
  const found = size.data;
  const most = found?.largest[0]?.bytes ?? 0;
  const count = (value: number) => value.toLocaleString(i18n.language);
  return (
    <section className="flex flex-col gap-2">
      <h2 className="text-lg font-semibold">{t('size.title')}</h2>
      {size.error !== null && <ErrorCard error={size.error.error} onFix={{ retry: () => void size.refetch() }} />}
      {size.isPending && <Skeleton rows={5} />}
      {found !== undefined && (
        <>
          <div className="flex items-baseline gap-2">
            <Bytes value={found.bytes} className="text-xl font-semibold" />
            <span className="text-ink-2">{t('size.files', { count: found.files, number: count(found.files) })}</span>
          </div>
          {placeOfContext(context)?.kind !== 'none' && (
            <p className="text-xs text-ink-3">
              {found.ignoreFile === undefined
                ? t('size.noIgnoreFile')
                : t('size.ignored', {
                    count: found.ignoredFiles,
                    number: count(found.ignoredFiles),
                    file: found.ignoreFile,
                  })}
            </p>
          )}
          {found.largest.length > 0 && (
            <ul aria-label={t('size.largest')} className="mt-1 flex flex-col gap-2">
              {found.largest.map((entry) => (
                <li key={entry.path} className="flex flex-col gap-1">
                  <div className="flex items-baseline justify-between gap-3 text-xs">
                    <MiddleTruncate text={entry.path} className="font-mono" />
                    <span className="figures shrink-0 text-ink-2">{formatBytes(entry.bytes, i18n.language)}</span>
                  </div>
                  <div aria-hidden className="h-1 rounded-full bg-surface-sunken">
                    <div
                      className="h-full rounded-full bg-control-line"
                      style={{ width: `${most === 0 ? 0 : Math.max(1, (entry.bytes / most) * 100)}%` }}
                    />
                  </div>
                </li>
              ))}
            </ul>
          )}
        </>
      )}
    </section>
  );
}

const tools = ['slipway', 'az', 'docker'] as const;
type Tool = (typeof tools)[number];

function Equivalents({ form, keepsSecrets }: BuildSummaryProps) {
  const { t } = useTranslation('build');
  const [tool, setTool] = useState<Tool>('slipway');
  const settled = useDeferredValue(form);
  const request = useMemo(() => recordedRequest(settled, { keepsSecrets }), [settled, keepsSecrets]);
  const commands = useOperation('quickBuilds', 'equivalents', request ?? { context: form.context }, {
    enabled: request !== undefined,
    keepPrevious: true,
  });
  const found = commands.data;
  return (
    <section className="flex flex-col gap-2">
      <h2 className="text-lg font-semibold">{t('equivalent.title')}</h2>
      {commands.error !== null && (
        <ErrorCard error={commands.error.error} onFix={{ retry: () => void commands.refetch() }} />
      )}
      {found !== undefined && (
        <Tabs
          value={tool}
          onValue={setTool}
          panelClassName="pt-2"
          tabs={tools.map((name) => ({
            value: name,
            label: name,
            panel: <CodeLine wrap text={found[name]} label={t('equivalent.copy')} />,
          }))}
        />
      )}
    </section>
  );
}
