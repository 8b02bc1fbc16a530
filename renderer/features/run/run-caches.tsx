import { DatabaseZap } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Run } from '@shared/model/run.ts';
import { MiddleTruncate } from '../../components/index.ts';

/** A cache that a build used, in the words that it was asked for with. */
interface UsedCache {
  readonly way: 'read' | 'written';
  readonly text: string;
}

/** The caches of a quick build that has succeeded, without those that could not be read. */
function usedCaches({ request, status, findings }: Run): readonly UsedCache[] {
  if (request.kind !== 'quickBuild' || status !== 'Succeeded') return [];
  const missed = findings.flatMap(({ code, params }) =>
    code === 'build.cacheNotImported' && params?.['ref'] !== undefined ? [String(params['ref'])] : [],
  );
  const { cacheFrom = [], cacheTo = [] } = request.build;
  return [
    ...cacheFrom
      .filter((text) => !missed.some((ref) => text.includes(ref)))
      .map((text) => ({ way: 'read', text }) as const),
    ...cacheTo.map((text) => ({ way: 'written', text }) as const),
  ];
}

/** Where the build's cache came from, and where it went. */
export function RunCaches({ run }: { readonly run: Run }) {
  const { t } = useTranslation('run');
  const caches = usedCaches(run);
  if (caches.length === 0) return null;
  return (
    <ul aria-label={t('caches.title')} className="flex min-w-0 flex-col gap-1">
      {caches.map(({ way, text }) => (
        <li key={`${way} ${text}`} className="flex min-w-0 items-center gap-2 text-xs text-ink-2">
          <DatabaseZap aria-hidden size={14} strokeWidth={1.75} className="shrink-0 text-ink-3" />
          <span className="shrink-0">{t(`caches.${way}`)}</span>
          <MiddleTruncate text={text} tail={20} copyLabel={t('caches.copy')} className="font-mono text-xs" />
        </li>
      ))}
    </ul>
  );
}
