import { X } from 'lucide-react';
import { memo, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { TaskStep } from '@shared/model/task.ts';
import { cx, IconButton, LongList, MiddleTruncate, Section, Switch } from '../../components/index.ts';
import { strayBreakpoints, toggleBreakpoint } from './form.ts';
import type { BreakpointSet } from './form.ts';
import type { FormPartProps } from './run-task-screen.tsx';

interface BreakpointFieldsProps extends Pick<FormPartProps, 'onForm'> {
  readonly breakpoints: BreakpointSet;
  /** Undefined while the task isn't known, or doesn't hold. */
  readonly steps: readonly TaskStep[] | undefined;
}

/** Px. */
const rowHeight = 32;

/** Where the run stops and waits: before or after steps, and where one fails. Drawn anew only when that changes: there may be many. */
export const BreakpointFields = memo(function BreakpointFields({ breakpoints, onForm, steps }: BreakpointFieldsProps) {
  const { t } = useTranslation('task-screen');
  const rows = useMemo(() => {
    const ids = steps?.map((step) => step.id) ?? [];
    const stray = steps === undefined ? [] : strayBreakpoints(breakpoints, ids);
    return [...ids.map((id) => ({ id, gone: false })), ...stray.map((id) => ({ id, gone: true }))];
  }, [steps, breakpoints]);
  return (
    <Section title={t('breakpoints.title')}>
      <Switch
        checked={breakpoints.onFailure}
        label={t('breakpoints.onFailure')}
        hint={t('breakpoints.onFailureHint')}
        onChecked={(onFailure) => onForm((now) => ({ ...now, breakpoints: { ...now.breakpoints, onFailure } }))}
      />
      {rows.length > 0 && (
        <LongList
          items={rows}
          keyOf={({ id, gone }) => (gone ? `gone ${id}` : id)}
          rowHeight={rowHeight}
          label={t('breakpoints.steps')}
          className="-mr-2 max-h-76 rounded-md pr-2"
          rowClassName="flex h-8 items-center gap-2 border-b border-line last:border-b-0"
        >
          {({ id, gone }) =>
            gone ? (
              <Gone id={id} onForm={onForm} />
            ) : (
              <Places
                id={id}
                before={breakpoints.before.includes(id)}
                after={breakpoints.after.includes(id)}
                onForm={onForm}
              />
            )
          }
        </LongList>
      )}
    </Section>
  );
});

interface PlacesProps extends Pick<FormPartProps, 'onForm'> {
  readonly id: string;
  readonly before: boolean;
  readonly after: boolean;
}

/** A step, and whether the run stops before it and after it. */
function Places({ id, onForm, ...on }: PlacesProps) {
  const { t } = useTranslation('task-screen');
  return (
    <>
      <MiddleTruncate text={id} tail={8} className="min-w-0 flex-1 font-mono text-code" />
      {(['before', 'after'] as const).map((at) => (
        <button
          key={at}
          type="button"
          aria-pressed={on[at]}
          aria-label={t(`breakpoints.${at}Step`, { step: id })}
          className={cx(
            'flex h-6 shrink-0 items-center gap-1.5 rounded-sm border px-1.5 text-xs transition-colors',
            on[at]
              ? 'border-running-line bg-running-bg text-running-fg'
              : 'border-transparent text-ink-3 hover:border-line-strong hover:text-ink',
          )}
          onClick={() => onForm((now) => ({ ...now, breakpoints: toggleBreakpoint(now.breakpoints, at, id) }))}
        >
          <svg aria-hidden width="8" height="8" viewBox="0 0 8 8">
            <circle
              cx="4"
              cy="4"
              r="3.25"
              fill={on[at] ? 'currentColor' : 'none'}
              stroke="currentColor"
              strokeWidth="1.2"
            />
          </svg>
          {t(`breakpoints.${at}`)}
        </button>
      ))}
    </>
  );
}

/** A breakpoint of a step that the task no longer has. */
function Gone({ id, onForm }: Pick<PlacesProps, 'id' | 'onForm'>) {
  const { t } = useTranslation('task-screen');
  return (
    <>
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
    </>
  );
}
