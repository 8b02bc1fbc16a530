import type { i18n } from 'i18next';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { EngineStatus } from '@shared/model/engine-status.ts';
import { automaticEngine } from '@shared/model/named-engine.ts';
import { useOperation } from '../api/hooks.ts';
import { cx, Spinner, Tooltip } from '../components/index.ts';
import { paths } from './paths.ts';

/** What a person reads for an engine's name: the one that is looked for is called so. */
export function engineName(i18n: i18n, name: string): string {
  return name === automaticEngine ? i18n.t('automatic', { ns: 'engine' }) : name;
}

/** An engine's status in a word or two. */
export function engineWords(i18n: i18n, status: EngineStatus | undefined): string {
  switch (status?.state) {
    case undefined:
    case 'searching':
      return i18n.t('engine.searching', { ns: 'common' });
    case 'starting':
      return i18n.t('engine.starting', { ns: 'common' });
    case 'absent':
      return i18n.t('engine.absent', { ns: 'common' });
    case 'ready': {
      const { product, version } = status.info;
      return i18n.t('engine.ready', { ns: 'common', product, version });
    }
  }
}

/** The same, of one among several. */
export function listedEngineWords(i18n: i18n, status: EngineStatus): string {
  return status.state === 'absent' ? i18n.t('away', { ns: 'engine' }) : engineWords(i18n, status);
}

/** The status of the engine that runs go to, in words that name it where there are several. */
export function useEngineWords(): { readonly status: EngineStatus | undefined; readonly words: string } {
  const { i18n } = useTranslation('common');
  const { data: status } = useOperation('engine', 'status', undefined);
  const { data: engines = [] } = useOperation('engine', 'list', undefined);
  const [first] = engines;
  const words = engineWords(i18n, status);
  const named = engines.length > 1 && first !== undefined && first.name !== automaticEngine;
  return { status, words: named ? `${first.name}: ${words}` : words };
}

/** Which engine is in use; opens what there is to know about it. */
export function EngineChip() {
  const { status, words } = useEngineWords();
  const absent = status?.state === 'absent';
  return (
    <Tooltip content={status?.state === 'ready' ? status.info.host : words}>
      <Link
        href={paths.engine}
        className={cx(
          'flex h-7 max-w-56 shrink-0 items-center gap-1.5 rounded-md border px-2 text-xs transition-colors',
          absent
            ? 'border-warning-line bg-warning-bg text-warning-fg hover:border-warning-fg'
            : 'border-line-strong bg-surface text-ink-2 hover:bg-hover hover:text-ink',
        )}
      >
        <EngineDot status={status} />
        <span className="truncate">{words}</span>
      </Link>
    </Tooltip>
  );
}

/** A full disc answers, a hollow triangle is missing, a turning ring is looked for: told by shape too. */
export function EngineDot({ status }: { readonly status: EngineStatus | undefined }) {
  if (status?.state === 'ready') {
    return (
      <svg aria-hidden width="8" height="8" viewBox="0 0 8 8" className="shrink-0 text-succeeded-fg">
        <circle cx="4" cy="4" r="4" fill="currentColor" />
      </svg>
    );
  }
  if (status?.state === 'absent') {
    return (
      <svg aria-hidden width="10" height="10" viewBox="0 0 10 10" className="shrink-0 text-warning-fg">
        <path d="M5 1.2 9.2 8.8H.8z" fill="none" stroke="currentColor" strokeWidth="1.4" strokeLinejoin="round" />
      </svg>
    );
  }
  return <Spinner size={11} />;
}
