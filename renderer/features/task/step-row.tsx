import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { formatDuration } from '@shared/format/duration.ts';
import type { TaskStep } from '@shared/model/task.ts';
import { Chip, Tooltip, stepKindIcons } from '../../components/index.ts';
import type { Tone } from '../../components/index.ts';
import { stepFacts, stepText } from './step-facts.ts';
import type { StepFact } from './step-facts.ts';

interface StepRowProps {
  readonly step: TaskStep;
  /** Shows a line of the source. */
  readonly onLine: (line: number) => void;
}

/** All that is worth saying about a step. */
export function StepRow({ step, onLine }: StepRowProps) {
  const { t } = useTranslation('task-screen');
  const Icon = stepKindIcons[step.kind];
  const { line } = step;
  return (
    <div className="flex gap-3">
      <Icon aria-hidden size={16} strokeWidth={1.75} className="mt-0.5 shrink-0 text-accent" />
      <div className="flex min-w-0 flex-1 flex-col gap-1">
        <div className="flex min-w-0 items-baseline gap-2">
          <code className="truncate font-semibold" title={step.id}>
            {step.id}
          </code>
          <span className="shrink-0 text-xs text-ink-3">{t(`steps.kind.${step.kind}`)}</span>
          <span className="flex-1" />
          {line !== undefined && (
            <Tooltip content={t('steps.show')}>
              <button
                type="button"
                className="shrink-0 rounded-sm text-xs text-accent hover:underline"
                onClick={() => onLine(line)}
              >
                {t('steps.line', { line })}
              </button>
            </Tooltip>
          )}
        </div>
        <pre className="line-clamp-4 wrap-anywhere whitespace-pre-wrap">{stepText(step)}</pre>
        <ul className="flex flex-wrap items-center gap-1">
          {stepFacts(step).map((fact) => (
            <li key={fact.kind} className="flex max-w-full">
              <Fact fact={fact} />
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

function Fact({ fact }: { readonly fact: StepFact }) {
  const { t } = useTranslation('task-screen');
  switch (fact.kind) {
    case 'needs':
      return <FactChip>{t('fact.needs', { steps: fact.steps.join(', ') })}</FactChip>;
    case 'atOnce':
      return <FactChip tone="accent">{t('fact.atOnce')}</FactChip>;
    case 'timeout':
    case 'startDelay':
      return <FactChip>{t(`fact.${fact.kind}`, { duration: formatDuration(fact.seconds * 1000) })}</FactChip>;
    case 'retries':
      return (
        <FactChip>
          {t('fact.retries', { count: fact.count, duration: formatDuration(fact.delaySeconds * 1000) })}
        </FactChip>
      );
    case 'repeat':
      return <FactChip>{t('fact.repeat', { count: fact.count })}</FactChip>;
    case 'privileged':
      return <FactChip tone="warning">{t('fact.privileged')}</FactChip>;
    case 'detach':
    case 'ignoreErrors':
    case 'noCache':
      return <FactChip>{t(`fact.${fact.kind}`)}</FactChip>;
    case 'network':
    case 'user':
    case 'workingDirectory':
    case 'target':
      return <FactChip>{t(`fact.${fact.kind}`, { name: fact.name })}</FactChip>;
    case 'ports':
    case 'platforms':
      return <FactChip>{t(`fact.${fact.kind}`, { list: fact.list.join(', ') })}</FactChip>;
  }
}

function FactChip({ tone = 'plain', children }: { readonly tone?: Tone; readonly children: ReactNode }) {
  return (
    <Chip tone={tone}>
      <span className="truncate">{children}</span>
    </Chip>
  );
}
