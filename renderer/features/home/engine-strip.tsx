import { ChevronRight } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { useOperation } from '../../api/hooks.ts';
import { EngineDot, engineName, listedEngineWords, useEngineWords } from '../../app/engine-chip.tsx';
import { paths } from '../../app/paths.ts';
import { Bytes, Chip, cx, errorTexts, ErrorCard, MiddleTruncate, Panel } from '../../components/index.ts';

/** The engine in a few lines; the whole is one click away. */
export function EngineStrip() {
  const { t, i18n } = useTranslation(['home', 'engine']);
  const query = useOperation('engine', 'status', undefined);
  const { data: engines = [] } = useOperation('engine', 'list', undefined);
  const { status, words } = useEngineWords();
  const others = engines.filter(({ isDefault }) => !isDefault);
  if (query.error !== null)
    return <ErrorCard error={query.error.error} onFix={{ retry: () => void query.refetch() }} />;
  const absent = status?.state === 'absent';
  return (
    <Panel className={cx(absent && 'border-warning-line bg-warning-bg')}>
      <Link href={paths.engine} className="flex items-center gap-3 rounded-md px-3 py-2.5 hover:bg-hover">
        <div className="flex min-w-0 flex-1 flex-col gap-0.5">
          <span className={cx('flex items-center gap-2 font-medium', absent && 'text-warning-fg')}>
            <EngineDot status={status} />
            {words}
          </span>
          {status?.state === 'ready' && (
            <>
              <MiddleTruncate text={status.info.host} className="text-xs text-ink-2" />
              <span className="text-xs text-ink-3">
                {status.info.platforms[0]}
                {status.info.diskFree !== undefined && (
                  <>
                    {' · '}
                    {t('diskFree')} <Bytes value={status.info.diskFree} />
                  </>
                )}
              </span>
              {status.info.embedded && (
                <span className="mt-1 flex">
                  <Chip tone="accent">{t('engine:fact.embedded')}</Chip>
                </span>
              )}
            </>
          )}
          {status?.state === 'absent' && (
            <>
              <span className="text-xs">{errorTexts(i18n, status.error).title}</span>
              <span className="text-xs text-ink-2">{t('engineHelp')}</span>
            </>
          )}
        </div>
        <ChevronRight aria-hidden size={16} className="shrink-0 text-ink-3" />
      </Link>
      {others.length > 0 && (
        <ul className="divide-y divide-line border-t border-line">
          {others.map((engine) => (
            <li key={engine.name}>
              <Link
                href={paths.engineNamed(engine.name)}
                className="flex items-center gap-2 px-3 py-1.5 text-xs hover:bg-hover"
              >
                <EngineDot status={engine.status} />
                <MiddleTruncate text={engineName(i18n, engine.name)} className="font-medium" />
                <span className="ml-auto shrink-0 text-ink-3">{listedEngineWords(i18n, engine.status)}</span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
