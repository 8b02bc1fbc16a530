import { X } from 'lucide-react';
import { useId } from 'react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useCommands } from '../commands/index.ts';
import { IconButton } from './button.tsx';
import { cx } from './cx.ts';

interface DrawerProps {
  readonly title: ReactNode;
  readonly side: 'right' | 'bottom';
  readonly onClose: () => void;
  /** Stands before the button that closes it. */
  readonly aside?: ReactNode;
  readonly className?: string;
  readonly children: ReactNode;
}

/** A pane docked beside the content, which stays usable. Whoever shows it decides when. */
export function Drawer({ title, side, onClose, aside, className, children }: DrawerProps) {
  const { t } = useTranslation('common');
  const id = useId();
  useCommands([
    { id: 'drawer.close', title: t('close'), group: 'view', shortcuts: ['escape'], hidden: true, run: onClose },
  ]);
  return (
    <aside
      aria-labelledby={id}
      className={cx(
        'flex min-h-0 min-w-0 flex-col border-line bg-surface',
        side === 'right' ? 'border-l' : 'border-t',
        className,
      )}
    >
      <header className="flex h-10 shrink-0 items-center gap-2 border-b border-line pr-2 pl-3">
        <h2 id={id} className="min-w-0 flex-1 truncate text-sm font-semibold">
          {title}
        </h2>
        {aside}
        <IconButton icon={X} label={t('close')} shortcut="escape" onClick={onClose} />
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto">{children}</div>
    </aside>
  );
}
