import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { formatDuration } from '@shared/format/duration.ts';
import type { TaskPreview } from '@shared/model/quick-run.ts';
import { longestPath } from '@shared/model/step-graph.ts';
import type { TaskStep } from '@shared/model/task.ts';
import { cx } from '../../components/index.ts';
import { runsOut } from './effects.ts';
import { SeverityIcon } from './severity-icon.tsx';

interface TimeFactsProps {
  readonly preview: Pick<TaskPreview, 'longestPathSeconds' | 'timeoutSeconds'>;
  readonly steps: readonly TaskStep[];
}

/** Names of more steps than this are left out in the middle. */
const namedSteps = 6;

/** How long the steps may take, beside how long the run may. */
export function TimeFacts({ preview, steps }: TimeFactsProps) {
  const { t } = useTranslation('task-screen');
  const { longestPathSeconds, timeoutSeconds } = preview;
  const path = useMemo(() => longestPath(steps, (step) => step.timeout + step.startDelay).ids, [steps]);
  const out = runsOut(preview);
  const most = Math.max(longestPathSeconds, timeoutSeconds);
  const rows = [
    { id: 'path', seconds: longestPathSeconds, color: out ? 'bg-warning-fg' : 'bg-control-line' },
    { id: 'limit', seconds: timeoutSeconds, color: 'bg-accent' },
  ] as const;
  return (
    <>
      <div className="grid max-w-120 grid-cols-[auto_minmax(3rem,1fr)_auto] items-center gap-x-3 gap-y-0.5">
        {rows.map(({ id, seconds, color }) => (
          <div key={id} className="contents">
            <span className="text-xs text-ink-2">{t(`time.${id}`)}</span>
            <span aria-hidden className="h-1.5 rounded-full bg-surface-sunken">
              <span
                className={cx('block h-full rounded-full', color)}
                style={{ width: `${Math.max(1, (seconds / most) * 100)}%` }}
              />
            </span>
            <span className="figures text-right">{formatDuration(seconds * 1000)}</span>
          </div>
        ))}
      </div>
      {path.length > 1 && <p className="font-mono text-xs break-words text-ink-3">{shorten(path).join(' → ')}</p>}
      {out && (
        <p className="flex items-start gap-1.5 text-xs text-warning-fg">
          <SeverityIcon severity="warning" className="mt-px" />
          {t('time.runsOut')}
        </p>
      )}
    </>
  );
}

function shorten(path: readonly string[]): readonly string[] {
  return path.length <= namedSteps ? path : [...path.slice(0, 3), '…', ...path.slice(-2)];
}
