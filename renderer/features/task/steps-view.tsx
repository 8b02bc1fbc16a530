import { List, Workflow } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TaskStep } from '@shared/model/task.ts';
import { cx } from '../../components/index.ts';
import type { BreakpointSet } from './form.ts';
import { NoSteps } from './no-steps.tsx';
import { StepRow } from './step-row.tsx';
import { StepsGraph } from './steps-graph.tsx';

interface StepsViewProps {
  readonly steps: readonly TaskStep[];
  readonly breakpoints: BreakpointSet;
  /** Shows a line of the source. */
  readonly onLine: (line: number) => void;
  readonly onSource: () => void;
}

const looks = [
  { id: 'graph', icon: Workflow },
  { id: 'list', icon: List },
] as const;
type Look = (typeof looks)[number]['id'];

const lookKey = 'slipway.taskSteps';

/** As it was chosen last; else the graph where there is room for it to be read (`wide` in index.css). */
function firstLook(): Look {
  const chosen = looks.find(({ id }) => id === window.localStorage.getItem(lookKey))?.id;
  return chosen ?? (window.matchMedia('(min-width: 1360px)').matches ? 'graph' : 'list');
}

/** The steps: as a graph of what waits for what, or in the order of the file. */
export function StepsView({ steps, breakpoints, onLine, onSource }: StepsViewProps) {
  const { t } = useTranslation('task-screen');
  const [look, setLook] = useState(firstLook);
  const [chosenId, setChosen] = useState<string>();
  if (steps.length === 0) return <NoSteps onSource={onSource} />;
  const chosen = steps.find((step) => step.id === chosenId);
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="flex min-h-10 shrink-0 items-center gap-2 border-b border-line pr-2 pl-4">
        <p className="min-w-0 flex-1 text-xs text-ink-2">{t('steps.count', { count: steps.length })}</p>
        <div className="flex rounded-md border border-control-line p-px">
          {looks.map(({ id, icon: Icon }) => (
            <button
              key={id}
              type="button"
              aria-pressed={id === look}
              className={cx(
                'flex h-6 items-center gap-1.5 rounded-[5px] px-2 text-xs transition-colors',
                id === look ? 'bg-selected font-medium text-accent' : 'text-ink-2 hover:bg-hover hover:text-ink',
              )}
              onClick={() => {
                window.localStorage.setItem(lookKey, id);
                setLook(id);
              }}
            >
              <Icon aria-hidden size={13} strokeWidth={1.75} />
              {t(`steps.look.${id}`)}
            </button>
          ))}
        </div>
      </div>
      {look === 'graph' ? (
        <>
          <StepsGraph steps={steps} breakpoints={breakpoints} chosen={chosen?.id} onChoose={setChosen} />
          {chosen !== undefined && (
            <section
              aria-label={chosen.id}
              className="max-h-2/5 shrink-0 overflow-y-auto border-t border-line px-4 py-3"
            >
              <StepRow step={chosen} onLine={onLine} />
            </section>
          )}
        </>
      ) : (
        <ol
          aria-label={t('steps.label')}
          className="flex min-h-0 flex-1 flex-col divide-y divide-line overflow-y-auto px-5 pt-1 pb-6"
        >
          {steps.map((step) => (
            <li key={step.id} className="py-2.5 [contain-intrinsic-height:5rem] [content-visibility:auto]">
              <StepRow step={step} onLine={onLine} />
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}
