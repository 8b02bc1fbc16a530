import { useTranslation } from 'react-i18next';
import { navigate } from '../../app/location.ts';
import { paths } from '../../app/paths.ts';
import { cx } from '../../components/index.ts';

const kinds = ['file', 'command'] as const;
type SourceKind = (typeof kinds)[number];

/** A task file, or one command: the two ways in, side by side. */
export function SourceTabs({ value }: { readonly value: SourceKind }) {
  const { t } = useTranslation('task-screen');
  const place: Readonly<Record<SourceKind, string>> = { file: paths.task(), command: paths.taskCommand };
  return (
    <nav aria-label={t('source.kinds')} className="flex w-fit rounded-md border border-control-line p-px">
      {kinds.map((kind) => (
        <button
          key={kind}
          type="button"
          aria-current={kind === value ? 'page' : undefined}
          className={cx(
            'h-7 rounded-[5px] px-3 text-sm transition-colors',
            kind === value ? 'bg-selected font-medium text-accent' : 'text-ink-2 hover:bg-hover hover:text-ink',
          )}
          onClick={() => navigate(place[kind])}
        >
          {t(`source.kind.${kind}`)}
        </button>
      ))}
    </nav>
  );
}
