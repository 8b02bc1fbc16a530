import { PanelLeftClose, PanelLeftOpen } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'wouter';
import { ariaKeys, isMac } from '../commands/index.ts';
import { cx, IconButton, KeyHint, Tooltip } from '../components/index.ts';
import { Mark } from './mark.tsx';
import { footSections, sectionOf, sections } from './sections.ts';
import type { SectionEntry } from './sections.ts';

interface RailProps {
  readonly collapsed: boolean;
  readonly onToggle: () => void;
}

/** The sections: icon and label, or icons alone. */
export function Rail({ collapsed, onToggle }: RailProps) {
  const { t } = useTranslation('common');
  const [path] = useLocation();
  const current = sectionOf(path);
  const entry = (section: SectionEntry) => (
    <RailEntry key={section.id} section={section} collapsed={collapsed} current={section === current} />
  );
  return (
    <nav
      aria-label={t('nav.label')}
      className={cx('flex shrink-0 flex-col border-r select-none border-line bg-canvas', collapsed ? 'w-12' : 'w-47')}
    >
      <div className={cx('flex h-11 shrink-0 items-center gap-2', collapsed ? 'justify-center' : 'px-3.5')}>
        <Mark size={22} />
        {!collapsed && <span className="text-lg font-semibold tracking-tight">Slipway</span>}
      </div>
      <ul className="flex flex-1 flex-col gap-0.5 px-2 pt-2">{sections.map(entry)}</ul>
      <ul className="flex flex-col gap-0.5 px-2 pb-2">
        {footSections.map(entry)}
        <li className={cx('flex', collapsed ? 'justify-center' : 'justify-end')}>
          <IconButton
            icon={collapsed ? PanelLeftOpen : PanelLeftClose}
            label={collapsed ? t('nav.expand') : t('nav.collapse')}
            shortcut="mod+b"
            side="right"
            aria-expanded={!collapsed}
            onClick={onToggle}
          />
        </li>
      </ul>
    </nav>
  );
}

interface RailEntryProps {
  readonly section: SectionEntry;
  readonly collapsed: boolean;
  readonly current: boolean;
}

function RailEntry({ section, collapsed, current }: RailEntryProps) {
  const { t } = useTranslation('common');
  const label = t(`nav.${section.id}`);
  const link = (
    <Link
      href={section.path}
      aria-label={collapsed ? label : undefined}
      aria-current={current ? 'page' : undefined}
      aria-keyshortcuts={ariaKeys(section.shortcut, isMac())}
      className={cx(
        'group relative flex h-8 items-center gap-2.5 rounded-md transition-colors',
        collapsed ? 'justify-center' : 'px-2.5',
        current ? 'bg-selected font-medium text-ink' : 'text-ink-2 hover:bg-hover hover:text-ink',
      )}
    >
      <section.icon aria-hidden size={16} strokeWidth={1.75} className={cx('shrink-0', current && 'text-accent')} />
      {!collapsed && <span className="flex-1 truncate">{label}</span>}
      {!collapsed && (
        <KeyHint
          shortcut={section.shortcut}
          className="opacity-0 group-hover:opacity-100 group-focus-visible:opacity-100"
        />
      )}
    </Link>
  );
  return (
    <li>
      {collapsed ? (
        <Tooltip content={label} shortcut={section.shortcut} side="right">
          {link}
        </Tooltip>
      ) : (
        link
      )}
    </li>
  );
}
