import { memo, useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { TaskStep } from '@shared/model/task.ts';
import { cx, stepKindIcons } from '../../components/index.ts';
import { NodeButton, StepGraph, shownText, unmarked } from '../../step-graph/index.ts';
import type { ActiveStep, NodeProps } from '../../step-graph/index.ts';
import type { BreakpointSet } from './form.ts';
import { stepText } from './step-facts.ts';

interface PreviewGraphProps {
  readonly steps: readonly TaskStep[];
  readonly breakpoints: BreakpointSet;
  readonly chosen: string | undefined;
  readonly onChoose: (id: string) => void;
  /** What the bar above the drawing begins and ends with. */
  readonly heading: ReactNode;
  readonly tools: ReactNode;
}

type Translate = ReturnType<typeof useTranslation<'task-screen'>>['t'];

const queued = () => 'queued' as const;

/** The steps as a graph: what waits for what, before anything runs. */
export function PreviewGraph({ steps, breakpoints, chosen, onChoose, heading, tools }: PreviewGraphProps) {
  const { t } = useTranslation('task-screen');
  const [active, setActive] = useState<ActiveStep>();
  const byId = useMemo(() => new Map(steps.map((step) => [step.id, step])), [steps]);
  return (
    <StepGraph
      steps={steps}
      label={t('steps.label')}
      keys={t('graph.keys')}
      first={chosen}
      chosen={chosen}
      onChoose={onChoose}
      active={active}
      onActive={(next) => {
        setActive(next);
        // Beside the graph stands what is to be said about the step that keys lead to.
        if (next.focus) onChoose(next.id);
      }}
      marks={unmarked}
      stateOf={queued}
      drawNode={(props) => {
        const step = byId.get(props.node.id);
        if (step === undefined) return null;
        return (
          <StepNode
            key={step.id}
            {...props}
            t={t}
            step={step}
            stopsBefore={breakpoints.before.includes(step.id)}
            stopsAfter={breakpoints.after.includes(step.id)}
          />
        );
      }}
      heading={heading}
      tools={tools}
    />
  );
}

interface StepNodeProps extends NodeProps {
  /** Given, as each node would open the dictionary for itself, which takes longer than drawing it. */
  readonly t: Translate;
  readonly step: TaskStep;
  readonly stopsBefore: boolean;
  readonly stopsAfter: boolean;
}

const StepNode = memo(function StepNode({ t, step, stopsBefore, stopsAfter, ...props }: StepNodeProps) {
  const Icon = stepKindIcons[step.kind];
  const text = stepText(step).slice(0, shownText);
  const name = [
    step.id,
    t(`steps.kind.${step.kind}`),
    text,
    step.needs.length === 0 ? t('fact.atOnce') : t('fact.needs', { steps: step.needs.join(', ') }),
    ...(stopsBefore ? [t('breakpoints.beforeStep', { step: step.id })] : []),
    ...(stopsAfter ? [t('breakpoints.afterStep', { step: step.id })] : []),
  ].join(', ');
  return (
    <NodeButton {...props} name={name} className="border-line-strong bg-surface hover:bg-hover">
      {props.detailed ? (
        <>
          <span className="flex w-full items-center gap-1.5">
            <Icon aria-hidden size={14} strokeWidth={1.75} className="shrink-0 text-accent" />
            <span className="min-w-0 flex-1 truncate text-xs leading-4 font-medium">{step.id}</span>
          </span>
          <code className="w-full truncate pl-5 text-2xs text-ink-3">{text}</code>
        </>
      ) : (
        <span className="h-5 w-full rounded-sm bg-line-strong" />
      )}
      {stopsBefore && <Stop className="-left-1.25" />}
      {stopsAfter && <Stop className="-right-1.25" />}
    </NodeButton>
  );
});

/** Where a breakpoint is. */
function Stop({ className }: { readonly className: string }) {
  return (
    <span
      className={cx(
        'absolute top-1/2 size-2 -translate-y-1/2 rounded-full bg-brand outline-2 outline-canvas',
        className,
      )}
    />
  );
}
