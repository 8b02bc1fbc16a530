import { useDeferredValue } from 'react';
import { useTranslation } from 'react-i18next';
import { QuickRunRequest, splitRunSecrets } from '@shared/model/quick-run.ts';
import type { QuickRunInput } from '@shared/model/quick-run.ts';
import { useOperation } from '../../api/hooks.ts';
import { CodeLine, Empty, ErrorCard, Skeleton } from '../../components/index.ts';

const tools = ['slipway', 'az'] as const;

/** The same run for a terminal. */
export function TerminalView({ request }: { readonly request: QuickRunInput | undefined }) {
  const { t } = useTranslation('task-screen');
  // Without secret values: what is shown here is made to be passed around.
  const settled = useDeferredValue(request);
  const recorded = settled === undefined ? undefined : splitRunSecrets(QuickRunRequest.parse(settled)).recorded;
  const commands = useOperation('taskFiles', 'equivalents', recorded ?? { source: { kind: 'text', text: '' } }, {
    enabled: recorded !== undefined,
    keepPrevious: true,
  });
  const found = commands.data;
  return (
    <div className="flex h-full flex-col gap-5 overflow-y-auto px-5 py-4">
      {commands.error !== null && (
        <ErrorCard error={commands.error.error} onFix={{ retry: () => void commands.refetch() }} />
      )}
      {found === undefined && commands.error === null && recorded !== undefined && <Skeleton rows={3} />}
      {found === undefined && recorded === undefined && <Empty title={t('terminal.none')} />}
      {found !== undefined &&
        // What az has no option for has no line here.
        tools
          .filter((tool) => found[tool] !== '')
          .map((tool) => (
            <section key={tool} className="flex flex-col gap-2">
              <h2 className="text-sm font-semibold">{t(`terminal.${tool}`)}</h2>
              <CodeLine wrap text={found[tool]} label={t('terminal.copy')} />
            </section>
          ))}
      {found !== undefined && <p className="text-xs text-ink-3">{t('terminal.secrets')}</p>}
    </div>
  );
}
