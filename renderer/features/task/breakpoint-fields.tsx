import { X } from 'lucide-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { TaskStep } from '@shared/model/task.ts';
import { cx, IconButton, MiddleTruncate, Section, Switch } from '../../components/index.ts';
import { strayBreakpoints, toggleBreakpoint } from './form.ts';
import type { BreakpointSet } from './form.ts';
import type { FormPartProps } from './run-task-screen.tsx';

interface BreakpointFieldsProps extends Pick<FormPartProps, 'onForm'> {
  readonly breakpoints: BreakpointSet;
  /** Undefined while the task isn't known, or doesn't hold. */
  readonly steps: readonly TaskStep[] | undefined;
}

const places = ['before', 'after'] as const;

/** Where the run stops and waits: before or after steps, and where one fails. Drawn anew only when that changes: there may be many. */
export const BreakpointFields = memo(function BreakpointFields({ breakpoints, onForm, steps }: BreakpointFieldsProps) {
  const { t } = useTranslation('task-screen');
  const toggle = (at: 'before' | 'after', id: string) =>
    onForm((now) => ({ ...now, breakpoints: toggleBreakpoint(now.breakpoints, at, id) }));
  const ids = steps?.map((step) => step.id) ?? [];
  const stray = steps === undefined ? [] : strayBreakpoints(breakpoints, ids);
  return (
    <Section title={t('breakpoints.title')}>
      <Switch
        checked={breakpoints.onFailure}
        label={t('breakpoints.onFailure')}
        hint={t('breakpoints.onFailureHint')}
        onChecked={(onFailure) => onForm((now) => ({ ...now, breakpoints: { ...now.breakpoints, onFailure } }))}
      />
      {ids.length + stray.length > 0 && (
        <ul
          aria-label={t('breakpoints.steps')}
          className="-mr-2 flex max-h-76 flex-col overflow-y-auto rounded-md pr-2"
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
          tabIndex={ids.length > 9 ? 0 : undefined}
        >
          {ids.map((id) => (
            <li key={id} className="flex min-h-8 items-center gap-2 border-b border-line last:border-b-0">
              <MiddleTruncate text={id} tail={8} className="min-w-0 flex-1 font-mono text-code" />
              {places.map((at) => {
                const on = breakpoints[at].includes(id);
                return (
                  <button
                    key={at}
                    type="button"
                    aria-pressed={on}
                    aria-label={t(`breakpoints.${at}Step`, { step: id })}
                    className={cx(
                      'flex h-6 shrink-0 items-center gap-1.5 rounded-sm border px-1.5 text-xs transition-colors',
                      on
                        ? 'border-running-line bg-running-bg text-running-fg'
                        : 'border-transparent text-ink-3 hover:border-line-strong hover:text-ink',
                    )}
                    onClick={() => toggle(at, id)}
                  >
                    <svg aria-hidden width="8" height="8" viewBox="0 0 8 8">
                      <circle
                        cx="4"
                        cy="4"
                        r="3.25"
                        fill={on ? 'currentColor' : 'none'}
                        stroke="currentColor"
                        strokeWidth="1.2"
                      />
                    </svg>
                    {t(`breakpoints.${at}`)}
                  </button>
                );
              })}
            </li>
          ))}
          {stray.map((id) => (
            <li key={`stray-${id}`} className="flex min-h-8 items-center gap-2">
              <code className="min-w-0 flex-1 truncate text-ink-3 line-through">{id}</code>
              <span className="text-xs text-warning-fg">{t('breakpoints.gone')}</span>
              <IconButton
                icon={X}
                size="small"
                label={t('breakpoints.remove', { step: id })}
                onClick={() =>
                  onForm((now) => ({
                    ...now,
                    breakpoints: {
                      ...now.breakpoints,
                      before: now.breakpoints.before.filter((other) => other !== id),
                      after: now.breakpoints.after.filter((other) => other !== id),
                    },
                  }))
                }
              />
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
});
