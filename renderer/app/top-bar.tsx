import { ArrowLeft, ArrowRight, ChevronRight, Search } from 'lucide-react';
import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'wouter';
import { ariaKeys, isMac } from '../commands/index.ts';
import { IconButton, KeyHint } from '../components/index.ts';
import { EngineChip } from './engine-chip.tsx';
import { goBack, goForward, useTravel } from './location.ts';
import { paths } from './paths.ts';
import { sectionOf } from './sections.ts';

/** Back and forward, where you are, search and commands, the engine. */
export function TopBar({ onSearch }: { readonly onSearch: () => void }) {
  const { t } = useTranslation('common');
  const { canGoBack, canGoForward } = useTravel();
  return (
    <header className="flex h-11 select-none shrink-0 items-center gap-3 border-b border-line bg-canvas px-2">
      <div className="flex">
        <IconButton icon={ArrowLeft} label={t('back')} shortcut="mod+[" disabled={!canGoBack} onClick={goBack} />
        <IconButton
          icon={ArrowRight}
          label={t('forward')}
          shortcut="mod+]"
          disabled={!canGoForward}
          onClick={goForward}
        />
      </div>
      <WhereYouAre />
      <div className="flex min-w-0 flex-1 justify-center">
        <button
          type="button"
          aria-haspopup="dialog"
          aria-keyshortcuts={ariaKeys('mod+k', isMac())}
          className="flex h-7 w-full max-w-104 min-w-40 items-center gap-2 rounded-md border border-line-strong bg-surface pr-1 pl-2 text-xs text-ink-3 transition-colors hover:border-control-line hover:text-ink-2"
          onClick={onSearch}
        >
          <Search aria-hidden size={14} strokeWidth={1.75} className="shrink-0" />
          <span className="flex-1 truncate text-left">{t('palette.open')}</span>
          <KeyHint shortcut="mod+k" />
        </button>
      </div>
      <EngineChip />
    </header>
  );
}

function WhereYouAre() {
  const { t } = useTranslation('common');
  const [path] = useLocation();
  const section = sectionOf(path);
  const trail: { readonly label: string; readonly path: string }[] = [];
  if (section !== undefined) trail.push({ label: t(`nav.${section.id}`), path: section.path });
  else if (path === paths.engine) trail.push({ label: t('nav.engine'), path });
  const rest = section === undefined || section.path === '/' ? '' : path.slice(section.path.length + 1);
  if (rest !== '') trail.push({ label: decodeURIComponent(rest), path });
  return (
    <nav aria-label={t('breadcrumbs')} className="max-w-64 min-w-24 shrink">
      <ol className="flex min-w-0 items-center gap-1">
        {trail.map((place, index) => (
          <Fragment key={place.path}>
            {index > 0 && <ChevronRight aria-hidden size={14} className="shrink-0 text-ink-3" />}
            <li className="min-w-0 truncate">
              {index === trail.length - 1 ? (
                <span aria-current="page" className="font-medium">
                  {place.label}
                </span>
              ) : (
                <Link href={place.path} className="rounded-sm text-ink-2 hover:text-ink">
                  {place.label}
                </Link>
              )}
            </li>
          </Fragment>
        ))}
      </ol>
    </nav>
  );
}
