import { ChartGantt, Columns2, Rows2, Workflow } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Run } from '@shared/model/run.ts';
import { IconButton, cx } from '../../components/index.ts';
import { RunGraph } from './graph/run-graph.tsx';
import type { LogPrefs } from './log/use-log-prefs.ts';
import type { WaterfallRow } from './waterfall.ts';
import { WaterfallView } from './waterfall-view.tsx';
import type { ActiveRow } from './waterfall-view.tsx';

export type StepsView = LogPrefs['view'];

interface StepsPaneProps {
  readonly run: Run;
  readonly rows: readonly WaterfallRow[];
  readonly folded: ReadonlySet<string>;
  readonly foldable: ReadonlySet<string>;
  readonly onFold: (stepId: string, folded: boolean) => void;
  readonly chosen: WaterfallRow | undefined;
  readonly onChoose: (row: WaterfallRow) => void;
  readonly active: ActiveRow | undefined;
  readonly onActive: (active: ActiveRow) => void;
  readonly hits: Readonly<Record<string, number>> | undefined;
  readonly view: StepsView;
  /** Undefined where there is no graph to show. */
  readonly onView: ((view: StepsView) => void) | undefined;
  /** Beside the log; else above it. */
  readonly beside: boolean;
  readonly onBeside: (beside: boolean) => void;
  /** Too narrow for a time axis, and for anything beside it. */
  readonly half: boolean;
}

/** The steps of a run, on a time axis or as a graph, beside the log or above it. */
export function StepsPane(props: StepsPaneProps) {
  const { run, rows, chosen, onChoose, active, onActive, hits, view, onView, beside, onBeside, half } = props;
  const { t } = useTranslation('run');
  const graph = view === 'graph';
  const stepRow = (id: string | undefined) => rows.find((row) => row.kind === 'step' && row.id === id);
  // A new object asks for the focus again: it must be the same as long as `active` is.
  const activeStep = rows.find((row) => row.id === active?.id)?.stepId;
  const inGraph = useMemo(
    () => (active === undefined || activeStep === undefined ? undefined : { ...active, id: activeStep }),
    [active, activeStep],
  );
  const aside = (
    <>
      {!graph && !half && (
        <IconButton
          icon={beside ? Rows2 : Columns2}
          size="small"
          label={beside ? t('steps.wide') : t('steps.narrow')}
          shortcut="w"
          onClick={() => onBeside(!beside)}
        />
      )}
      {onView !== undefined && (
        <IconButton
          icon={graph ? ChartGantt : Workflow}
          size="small"
          label={graph ? t('graph.waterfall') : t('graph.show')}
          shortcut="g"
          onClick={() => onView(graph ? 'waterfall' : 'graph')}
        />
      )}
    </>
  );
  return (
    <div
      className={cx(
        'relative min-h-0 min-w-0 shrink-0 border-line',
        graph ? 'h-[46%] border-b' : beside ? 'w-80 border-r wide:w-104 min-[1900px]:w-140' : 'h-[40%] border-b',
      )}
    >
      {graph ? (
        <RunGraph
          run={run}
          chosen={chosen?.stepId}
          onChoose={(id) => {
            const row = stepRow(id);
            if (row !== undefined) onChoose(row);
          }}
          active={inGraph}
          onActive={onActive}
          hits={hits}
          aside={aside}
        />
      ) : (
        <WaterfallView {...props} chosen={chosen?.id} wide={!beside && !half} aside={aside} />
      )}
    </div>
  );
}
