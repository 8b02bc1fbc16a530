import { Dialog as Base } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { useRef } from 'react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from './button.tsx';
import { cx } from './cx.ts';

interface DialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: ReactNode;
  readonly width?: string;
  readonly children: ReactNode;
}

/** For what nothing else can go on without. Mostly an inline panel does better. */
export function Dialog({ open, onClose, title, width = 'w-120', children }: DialogProps) {
  const { t } = useTranslation('common');
  const heading = useRef<HTMLHeadingElement>(null);
  return (
    <Base.Root
      open={open}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
    >
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-scrim transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Base.Popup
          initialFocus={heading}
          className={cx(
            'fixed top-[12vh] left-1/2 z-50 flex max-h-[76vh] max-w-[92vw] -translate-x-1/2 flex-col rounded-md border border-line-strong bg-surface-raised shadow-raised',
            width,
          )}
        >
          <div className="flex items-center justify-between gap-3 border-b border-line py-2 pr-2 pl-4">
            <Base.Title ref={heading} tabIndex={-1} className="text-lg font-semibold outline-none">
              {title}
            </Base.Title>
            <IconButton icon={X} label={t('close')} shortcut="escape" onClick={onClose} />
          </div>
          <div className="min-h-0 overflow-y-auto p-4">{children}</div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
