import { Menu as Base } from '@base-ui/react/menu';
import type { LucideIcon } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import type { Shortcut } from '../commands/index.ts';
import { cx } from './cx.ts';
import { KeyHint } from './key-hint.tsx';

export interface MenuItem {
  readonly id: string;
  readonly label: ReactNode;
  readonly icon?: LucideIcon;
  readonly shortcut?: Shortcut;
  /** Why it can't be used; absent when it can. */
  readonly disabled?: string;
  readonly danger?: boolean;
  readonly onSelect: () => void;
}

interface MenuProps {
  /** The button that opens it. */
  readonly trigger: ReactElement;
  /** Sections are told apart by a line. */
  readonly sections: readonly (readonly MenuItem[])[];
  readonly align?: 'start' | 'end';
}

/** What can be done with one thing. */
export function Menu({ trigger, sections, align = 'end' }: MenuProps) {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner align={align} sideOffset={4} collisionPadding={8} className="z-50">
          <Base.Popup className="min-w-48 rounded-md border border-line-strong bg-surface-raised p-1 shadow-raised outline-none">
            {sections.map((items, index) => (
              <Base.Group key={items[0]?.id ?? index}>
                {index > 0 && <Base.Separator className="my-1 h-px bg-line" />}
                {items.map((item) => (
                  <Base.Item
                    key={item.id}
                    disabled={item.disabled !== undefined}
                    title={item.disabled}
                    onClick={item.onSelect}
                    className={cx(
                      'flex min-h-7 items-center gap-2 rounded-sm px-2 py-1 text-sm outline-none data-disabled:text-ink-3 data-highlighted:bg-selected',
                      item.danger === true && 'text-failed-fg',
                    )}
                  >
                    {item.icon === undefined ? (
                      <span className="w-3.5" />
                    ) : (
                      <item.icon aria-hidden size={14} strokeWidth={1.75} />
                    )}
                    <span className="flex-1">{item.label}</span>
                    {item.shortcut !== undefined && <KeyHint shortcut={item.shortcut} />}
                  </Base.Item>
                ))}
              </Base.Group>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
