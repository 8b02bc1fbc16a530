import { ArrowRight } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { formatDuration } from '@shared/format/duration.ts';
import type { Run, Step } from '@shared/model/run.ts';
import { Chip, Duration, StateIcon, stateOfStep, stateLooks } from '../../../components/index.ts';
import { StepMarks } from '../step-marks.tsx';
import { roundsOf, tellingPath, triesOf } from '../step-times.ts';
import type { Try } from '../step-times.ts';
import { useExitWords } from '../use-exit-words.ts';
import { countSteps, standsOut } from './step-counts.ts';

interface StepsSummaryProps {
  readonly run: Run;
  readonly onStep: (stepId: string) => void;
}

/** How the steps fared: counts, what the run's duration hung on, and those of which there is more to tell. */
export function StepsSummary({ run, onStep }: StepsSummaryProps) {
  const { t } = useTranslation('run');
  const { t: common } = useTranslation('common');
  const { steps } = run;
  const counts = useMemo(() => countSteps(steps), [steps]);
  const told = useMemo(() => steps.filter(standsOut), [steps]);
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <ul aria-label={t('summary.counts')} className="flex flex-wrap gap-x-4 gap-y-1">
        {counts.map(({ state, count }) => (
          <li key={state} className="flex items-center gap-1.5">
            <StateIcon state={state} />
            <span className={stateLooks[state].fg}>
              <span className="figures">{count.toLocaleString()}</span> {common(`state.${state}`)}
            </span>
          </li>
        ))}
      </ul>
      <Path run={run} onStep={onStep} />
      {told.length > 0 && (
        <ul
          aria-label={t('summary.told')}
          className="flex min-w-0 flex-col divide-y divide-line rounded-md border border-line bg-surface"
        >
          {told.map((step) => (
            <ToldStep key={step.id} run={run} step={step} onStep={onStep} />
          ))}
        </ul>
      )}
    </div>
  );
}

/** More could not be followed by eye. */
const longestPath = 24;

function Path({ run, onStep }: StepsSummaryProps) {
  const { t } = useTranslation('run');
  const path = useMemo(() => tellingPath(run), [run]);
  const byId = useMemo(() => new Map(run.steps.map((step) => [step.id, step])), [run.steps]);
  if (path === undefined) return null;
  // A failure's own end of it matters more than its beginning.
  const left = path.ids.length - longestPath;
  const shown = path.kind === 'failure' ? path.ids.slice(-longestPath) : path.ids.slice(0, longestPath);
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <p className="text-xs text-ink-2">{t(`summary.path.${path.kind}`)}</p>
      <ol className="flex min-w-0 flex-wrap items-center gap-x-1.5 gap-y-1">
        {shown.map((id, index) => {
          const { startTime, finishTime } = byId.get(id) ?? {};
          return (
            <li key={id} className="flex max-w-full min-w-0 items-center gap-1.5">
              {index > 0 && <ArrowRight aria-hidden size={13} className="shrink-0 text-ink-3" />}
              <button
                type="button"
                className="flex min-w-0 items-center gap-1.5 rounded-sm border border-line bg-surface px-1.5 text-xs leading-5 hover:bg-hover"
                onClick={() => onStep(id)}
              >
                <span className="truncate">{id}</span>
                <span className="text-ink-3">
                  <Duration start={startTime} end={finishTime} />
                </span>
              </button>
            </li>
          );
        })}
        {left > 0 && <li className="text-xs text-ink-3">{t('summary.more', { count: left })}</li>}
      </ol>
    </div>
  );
}

function ToldStep({
  run,
  step,
  onStep,
}: { readonly run: Run; readonly step: Step } & Pick<StepsSummaryProps, 'onStep'>) {
  const { t } = useTranslation('run');
  const exitWords = useExitWords();
  const tries = triesOf(step);
  const { exitCode, ports = [] } = step;
  return (
    <li className="flex min-w-0 flex-col gap-1 px-3 py-2">
      <div className="flex min-w-0 items-center gap-2">
        <StateIcon state={stateOfStep(step)} labelled />
        <button
          type="button"
          className="max-w-[50%] shrink-0 truncate rounded-sm font-medium text-accent hover:underline"
          onClick={() => onStep(step.id)}
        >
          {step.id}
        </button>
        <code className="min-w-0 flex-1 truncate text-xs text-ink-3" title={step.title}>
          {step.title}
        </code>
        <StepMarks step={step} />
        <span className="figures shrink-0 text-xs text-ink-2">
          <Duration start={step.startTime} end={step.finishTime} />
        </span>
      </div>
      <div className="flex min-w-0 flex-col gap-1.5 pl-6 text-xs">
        {exitCode !== undefined && exitCode !== 0 && <p className="text-ink-2">{exitWords(exitCode)}</p>}
        {ports.length > 0 && (
          <p className="flex flex-wrap items-center gap-1 text-ink-2">
            {t('summary.ports')}
            {ports.map((port) => (
              <Chip key={port}>
                <code className="text-xs">{port}</code>
              </Chip>
            ))}
          </p>
        )}
        {tries.length > 1 && <Tries run={run} step={step} tries={tries} />}
      </div>
    </li>
  );
}

/** More of them say nothing new. */
const mostTries = 50;

function Tries({ run, step, tries }: { readonly run: Run; readonly step: Step; readonly tries: readonly Try[] }) {
  const { t } = useTranslation('run');
  const exitWords = useExitWords();
  const rounds = roundsOf(tries);
  const begin = Date.parse(run.startTime ?? run.createTime);
  const left = tries.length - mostTries;
  return (
    <div className="min-w-0 overflow-x-auto">
      <table className="w-full" aria-label={t('summary.tries', { step: step.id })}>
        <thead className="text-left text-2xs text-ink-3">
          <tr className="[&>th]:pr-4 [&>th]:font-normal [&>th]:whitespace-nowrap">
            <th>{t('tries.try')}</th>
            <th>{t('tries.started')}</th>
            <th>{t('tries.took')}</th>
            <th className="w-full">{t('tries.result')}</th>
          </tr>
        </thead>
        <tbody className="text-ink-2">
          {tries.slice(0, mostTries).map(({ attempt, number, of, failed }) => {
            const running = attempt.finishTime === undefined && step.status === 'running';
            const { exitCode } = attempt;
            return (
              <tr key={attempt.number} className="align-top [&>td]:pr-4 [&>td]:whitespace-nowrap">
                <td>
                  {rounds > 1
                    ? t('tries.inRound', { number, of, round: attempt.round })
                    : t('tries.of', { number, of })}
                </td>
                <td className="figures">
                  {t('tries.after', { time: formatDuration(Math.max(0, Date.parse(attempt.startTime) - begin)) })}
                </td>
                <td>
                  <Duration start={attempt.startTime} end={attempt.finishTime ?? step.finishTime} />
                </td>
                <td className="w-full !whitespace-normal">
                  <span className="flex items-start gap-1.5">
                    <StateIcon state={running ? 'running' : failed ? 'failed' : 'succeeded'} size={13} labelled />
                    {failed && (exitCode === undefined ? attempt.error?.cause : exitWords(exitCode))}
                  </span>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {left > 0 && <p className="text-ink-3">{t('summary.more', { count: left })}</p>}
    </div>
  );
}
