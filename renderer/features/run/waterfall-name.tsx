/* oxlint-disable jsx-a11y/prefer-tag-over-role -- cells of rows that are laid out by themselves, see waterfall-view.tsx */
import { ChevronDown, ChevronRight } from 'lucide-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { formatBytes } from '@shared/format/bytes.ts';
import type { Step } from '@shared/model/run.ts';
import { CachedMark, StateIcon, Tooltip, cx, stateOfStep, stepKindIcons } from '../../components/index.ts';
import { StepMarks } from './step-marks.tsx';
import type { TellingPath } from './step-times.ts';
import { parseVertexName } from '@shared/format/vertex-name.ts';
import { movedBytes } from './waterfall.ts';
import type { WaterfallRow } from './waterfall.ts';

interface NameProps {
  readonly row: WaterfallRow;
  /** It has rows below it that can be hidden. */
  readonly folds: boolean;
  readonly folded: boolean;
  readonly onFold: (stepId: string, folded: boolean) => void;
  /** Hits of the search in it. */
  readonly found: number | undefined;
  /** The step led to the failure, or the run's duration hung on it. */
  readonly path: TellingPath['kind'] | undefined;
  /** The run stands still at it. */
  readonly paused: boolean;
  readonly narrow: boolean;
}

/** A row's first cell. Bars move five times a second, names don't. */
export const Name = memo(function Name({ row, ...rest }: NameProps) {
  return row.kind === 'step' ? <StepName step={row.step} {...rest} /> : <VertexName row={row} />;
});

function StepName({
  step,
  folds,
  folded,
  onFold,
  found,
  path,
  paused,
  narrow,
}: Omit<NameProps, 'row'> & { readonly step: Step }) {
  const { t } = useTranslation('run');
  const Chevron = folded ? ChevronRight : ChevronDown;
  return (
    <span role="gridcell" className="-ml-1 flex min-w-0 items-center gap-1.5">
      {folds ? (
        <button
          type="button"
          tabIndex={-1}
          aria-label={folded ? t('steps.unfold', { step: step.id }) : t('steps.fold', { step: step.id })}
          className="rounded-sm p-0.5 text-ink-3 hover:text-ink"
          onClick={(event) => {
            event.stopPropagation();
            onFold(step.id, !folded);
          }}
        >
          <Chevron aria-hidden size={13} />
        </button>
      ) : (
        <span className="w-[17px] shrink-0" />
      )}
      <StateIcon state={stateOfStep(step)} labelled />
      {step.title === undefined ? <PlainName step={step} /> : <TaskStepName step={step} title={step.title} />}
      {step.exitCode !== undefined && step.exitCode !== 0 && step.errorIgnored !== true && (
        <span className="shrink-0 text-failed-fg">{t('steps.exit', { code: step.exitCode })}</span>
      )}
      <StepMarks step={step} paused={paused} narrow={narrow} />
      {path !== undefined && <span className="sr-only">{t(`steps.path.${path}`)}</span>}
      {found !== undefined && (
        <span
          className="figures shrink-0 rounded-full bg-warning-bg px-1.5 text-2xs text-warning-fg"
          title={t('search.count', { count: found, total: found })}
        >
          {found.toLocaleString()}
        </span>
      )}
    </span>
  );
}

/** A quick build's steps are called by what they do. */
function PlainName({ step }: { readonly step: Step }) {
  const { t } = useTranslation('run');
  return (
    <>
      <span className="truncate text-sm font-medium">{t(`steps.kind.${step.kind}`)}</span>
      {step.id !== step.kind && <code className="truncate text-xs text-ink-3">{step.id}</code>}
    </>
  );
}

/** A task's steps have names of their own; behind it what the step does. */
function TaskStepName({ step, title }: { readonly step: Step; readonly title: string }) {
  const { t } = useTranslation('run');
  const Icon = stepKindIcons[step.kind];
  return (
    <Tooltip
      side="right"
      content={
        <span className="flex flex-col gap-0.5">
          <span className="font-semibold break-all">{step.id}</span>
          <span className="font-mono break-all whitespace-pre-wrap">{title}</span>
        </span>
      }
    >
      {/* Where there is no room for some of it, what the step does goes to a second line, which doesn't show. */}
      <span className="flex h-5 min-w-8 flex-1 flex-wrap items-baseline gap-x-1.5 overflow-hidden">
        <span className="max-w-full truncate text-sm font-medium">{step.id}</span>
        {title !== '' && (
          <span className="flex min-w-0 flex-1 basis-14 items-baseline gap-1 text-ink-3">
            <Icon aria-hidden size={12} strokeWidth={1.75} className="shrink-0 self-center" />
            <span className="sr-only">{t(`steps.kind.${step.kind}`)}</span>
            <code className="truncate text-xs">{title}</code>
          </span>
        )}
      </span>
    </Tooltip>
  );
}

function VertexName({ row }: { readonly row: Extract<WaterfallRow, { readonly kind: 'vertex' }> }) {
  const { vertex } = row;
  const name = parseVertexName(vertex.name);
  return (
    <span role="gridcell" className="flex min-w-0 items-center gap-1.5 pl-4">
      <StateIcon state={stateOfStep(vertex)} size={14} labelled />
      <Tooltip content={<span className="font-mono break-all whitespace-pre-wrap">{vertex.name}</span>} side="right">
        <span className="flex min-w-0 flex-1 items-baseline gap-1.5">
          {name.position !== undefined && (
            <span className="figures shrink-0 text-2xs text-ink-3">
              {/* Room is short, and nearly all are of Linux. */}
              {name.platform !== undefined && `${name.platform.replace(/^linux\//, '')} `}
              {name.stage !== undefined && `${name.stage} `}
              {name.position}
            </span>
          )}
          <code className={cx('truncate text-xs', name.internal ? 'text-ink-3' : 'text-ink')}>{name.text}</code>
        </span>
      </Tooltip>
      <Moved row={row} />
      {vertex.cached && <CachedMark className="shrink-0" />}
    </span>
  );
}

function Moved({ row }: { readonly row: Extract<WaterfallRow, { readonly kind: 'vertex' }> }) {
  const { i18n } = useTranslation();
  const moved = row.vertex.cached ? undefined : movedBytes(row.vertex);
  if (moved === undefined) return null;
  const running = row.finishTime === undefined;
  const current = formatBytes(moved.current, i18n.language);
  return (
    <span className="figures shrink-0 text-2xs text-ink-3">
      {running && moved.total > moved.current ? `${current} / ${formatBytes(moved.total, i18n.language)}` : current}
    </span>
  );
}
