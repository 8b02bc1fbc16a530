import { List, Workflow } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TaskStep } from '@shared/model/task.ts';
import { LongList, cx } from '../../components/index.ts';
import type { BreakpointSet } from './form.ts';
import { NoSteps } from './no-steps.tsx';
import { PreviewGraph } from './preview-graph.tsx';
import { StepRow } from './step-row.tsx';

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

/** Px of a step that says little. */
const rowHeight = 91;

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
  const count = (
    <p className="min-w-0 flex-1 truncate pl-1 text-xs text-ink-2">{t('steps.count', { count: steps.length })}</p>
  );
  const lookButtons = (
    <div className="ml-1 flex rounded-md border border-control-line p-px">
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
  );
  if (look === 'graph') {
    return (
      <div className="flex h-full min-h-0 flex-col">
        <PreviewGraph
          steps={steps}
          breakpoints={breakpoints}
          chosen={chosen?.id}
          onChoose={setChosen}
          heading={count}
          tools={lookButtons}
        />
        {chosen !== undefined && (
          <section aria-label={chosen.id} className="max-h-2/5 shrink-0 overflow-y-auto border-t border-line px-4 py-3">
            <StepRow step={chosen} onLine={onLine} />
          </section>
        )}
      </div>
    );
  }
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="flex h-10 shrink-0 items-center gap-1 border-b border-line pr-2 pl-3">
        {count}
        {lookButtons}
      </div>
      <LongList
        items={steps}
        keyOf={({ id }) => id}
        rowHeight={rowHeight}
        label={t('steps.label')}
        className="min-h-0 flex-1"
        rowClassName="border-b border-line px-5 py-2.5 last:border-b-0"
      >
        {(step) => <StepRow step={step} onLine={onLine} />}
      </LongList>
    </div>
  );
}
