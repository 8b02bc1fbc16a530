import { Tooltip as Base } from '@base-ui/react/tooltip';
import type { ReactElement, ReactNode } from 'react';
import type { Shortcut } from '../commands/index.ts';
import { KeyHint } from './key-hint.tsx';

interface TooltipProps {
  readonly content: ReactNode;
  readonly shortcut?: Shortcut | undefined;
  readonly side?: 'top' | 'right' | 'bottom' | 'left';
  /** One focusable element. */
  readonly children: ReactElement;
}

/** A hint on hover and focus. It adds to a name, and never stands in for one. */
export function Tooltip({ content, shortcut, side = 'bottom', children }: TooltipProps) {
  return (
    <Base.Root>
      <Base.Trigger delay={400} render={children} />
      <Base.Portal>
        <Base.Positioner side={side} sideOffset={6} collisionPadding={8} className="z-50">
          <Base.Popup className="flex max-w-96 items-center gap-2 rounded-md border border-line-strong bg-surface-raised px-2 py-1 text-xs break-words text-ink shadow-raised">
            {content}
            {shortcut !== undefined && <KeyHint shortcut={shortcut} />}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
