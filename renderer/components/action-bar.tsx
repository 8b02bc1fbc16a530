import type { ReactNode } from 'react';

/** The bar below a form, with what it is filled in for. Notices stand above it (`--notices-bottom` in index.css). */
export function ActionBar({ children }: { readonly children: ReactNode }) {
  return (
    <div
      data-action-bar
      className="flex h-12.25 shrink-0 items-center justify-end gap-3 border-t border-line bg-surface px-4"
    >
      {children}
    </div>
  );
}
