import i18next from 'i18next';
import { Toaster, toast } from 'sonner';
import { failureOf } from '../api/client.ts';
import { lookUp } from '../i18n/i18n.ts';
import { useResolvedTheme } from '../app/theme.ts';

/** A failure takes longer to read than what was done. */
const failedMs = 10_000;

export interface Notice {
  readonly title: string;
  readonly detail?: string;
  readonly tone?: 'plain' | 'failed';
  readonly action?: { readonly label: string; readonly run: () => void };
}

/** A word in passing, in the corner. What must be dealt with belongs on the screen instead. */
export function notify(notice: Notice): void {
  const options = {
    ...(notice.detail === undefined ? {} : { description: notice.detail }),
    ...(notice.action === undefined ? {} : { action: { label: notice.action.label, onClick: notice.action.run } }),
  };
  if (notice.tone === 'failed') toast.error(notice.title, { ...options, duration: failedMs });
  else toast(notice.title, options);
}

/** For a small act without a place of its own for errors, such as copying. */
export function notifyFailure(thrown: unknown): void {
  const { error } = failureOf(thrown);
  const title =
    lookUp(i18next, 'errors', `${error.code}.title`, error.params) ?? i18next.t('error.unnamed', { code: error.code });
  notify({ tone: 'failed', title, ...(error.cause === undefined ? {} : { detail: error.cause }) });
}

/** Where notices appear. Once, at the root. */
export function Toasts() {
  const theme = useResolvedTheme();
  return (
    <Toaster
      theme={theme}
      position="bottom-right"
      offset={{ bottom: 'var(--notices-bottom)', right: 12 }}
      gap={8}
      toastOptions={{
        unstyled: true,
        classNames: {
          toast:
            'flex w-90 items-start gap-2 rounded-md border border-line-strong bg-surface-raised p-3 text-sm text-ink shadow-raised font-sans',
          title: 'font-medium',
          description: 'text-xs text-ink-2 break-words',
          actionButton: 'ml-auto h-7 shrink-0 rounded-md border border-control-line px-2 text-xs hover:bg-hover',
          icon: 'mt-0.5 shrink-0 text-failed-fg',
        },
      }}
    />
  );
}
