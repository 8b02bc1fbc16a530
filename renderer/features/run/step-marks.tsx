import { CircleAlert, CirclePause, Infinity as InfinityIcon, RotateCw } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Step } from '@shared/model/run.ts';
import { Tooltip, cx } from '../../components/index.ts';
import { roundsOf, triesOf } from './step-times.ts';

interface StepMarksProps {
  readonly step: Step;
  /** The run stands still at it. */
  readonly paused?: boolean;
  /** Little room: several marks are icons without their words. */
  readonly narrow?: boolean;
}

/** What sets a step apart beside its state, as small marks: tries, a failure that is no matter, a container that goes on. */
export function StepMarks({ step, paused = false, narrow = false }: StepMarksProps) {
  const { t } = useTranslation('run');
  const tries = triesOf(step);
  const last = tries.at(-1);
  const rounds = roundsOf(tries);
  const exits = step.exitCode !== undefined && step.exitCode !== 0 && step.errorIgnored !== true;
  const marks = [paused, tries.length > 0, step.errorIgnored === true, step.detached === true, exits];
  const wordless = narrow && marks.filter(Boolean).length > 1;
  return (
    <>
      {paused && (
        <Mark icon={CirclePause} tone="warning" wordless={wordless} hint={t('steps.pausedHint')}>
          {t('steps.paused')}
        </Mark>
      )}
      {last !== undefined && (
        <Mark icon={RotateCw} wordless={wordless} hint={t('steps.triesHint')}>
          {rounds > 1
            ? t('steps.round', { round: rounds })
            : step.status === 'running'
              ? t('steps.try', { number: last.number, of: last.of })
              : t('steps.tries', { count: tries.length })}
        </Mark>
      )}
      {step.errorIgnored === true && (
        <Mark
          icon={CircleAlert}
          tone="warning"
          wordless={wordless}
          hint={step.exitCode === undefined ? t('steps.ignoredHint') : t('steps.ignoredExit', { code: step.exitCode })}
        >
          {t('steps.ignored')}
        </Mark>
      )}
      {step.detached === true && step.status !== 'skipped' && (
        <Mark icon={InfinityIcon} wordless={wordless} hint={detachedHint()}>
          {t('steps.detached')}
        </Mark>
      )}
    </>
  );

  function detachedHint(): string {
    const { ports = [] } = step;
    return ports.length === 0
      ? t('steps.detachedHint')
      : `${t('steps.detachedHint')} ${t('steps.ports', { ports: ports.join(', ') })}`;
  }
}

interface MarkProps {
  readonly icon: LucideIcon;
  readonly tone?: 'plain' | 'warning';
  readonly wordless: boolean;
  readonly hint: string;
  readonly children: ReactNode;
}

function Mark({ icon: Icon, tone = 'plain', wordless, hint, children }: MarkProps) {
  return (
    <Tooltip
      content={
        <span>
          {wordless && <b className="font-semibold">{children}: </b>}
          {hint}
        </span>
      }
    >
      <span
        className={cx(
          'inline-flex h-4.5 shrink-0 items-center gap-1 rounded-full border px-1.5 text-2xs whitespace-nowrap',
          tone === 'warning'
            ? 'border-warning-line bg-warning-bg text-warning-fg'
            : 'border-line-strong bg-surface text-ink-2',
        )}
      >
        <Icon aria-hidden size={10} strokeWidth={2} />
        <span className={wordless ? 'sr-only' : undefined}>{children}</span>
      </span>
    </Tooltip>
  );
}
