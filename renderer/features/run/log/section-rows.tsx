import { ChevronDown, ChevronRight } from 'lucide-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { LogLine } from '@shared/model/log-line.ts';
import type { Step } from '@shared/model/run.ts';
import { Duration, StateIcon, cx, errorTexts, stateOfStep } from '../../../components/index.ts';
import { triesOf } from '../step-times.ts';
import { useExitWords } from '../use-exit-words.ts';
import { plainText } from './line-text.ts';
import type { GutterOptions } from './line-text.ts';
import { LineGutter } from './log-row.tsx';
import { beforeSteps } from './log-sections.ts';
import type { LogSection } from './log-sections.ts';
import type { OutlineFold } from './log-outline.ts';

interface SectionHeaderProps {
  readonly section: LogSection;
  readonly open: boolean;
  /** Hits of the search in it. */
  readonly found: number | undefined;
  readonly onToggle: (section: LogSection) => void;
}

/** The header that a section folds under: what became of its step, and how much it printed. */
export const SectionHeader = memo(function SectionHeader({ section, open, found, onToggle }: SectionHeaderProps) {
  const { t } = useTranslation('run');
  const { step, rows } = section;
  const Chevron = open ? ChevronDown : ChevronRight;
  const content = (
    <>
      {rows === 0 ? (
        <span className="w-3.5 shrink-0" />
      ) : (
        <Chevron aria-hidden size={14} className="shrink-0 text-ink-3" />
      )}
      {step === undefined ? (
        <>
          <span className="size-4 shrink-0" />
          <span className="truncate text-ink-2">{t(section.id === beforeSteps ? 'log.before' : 'log.beside')}</span>
        </>
      ) : (
        <StepWords step={step} />
      )}
      {found !== undefined && found > 0 && (
        <span
          className="figures shrink-0 rounded-full bg-warning-bg px-1.5 text-2xs text-warning-fg"
          title={t('search.count', { count: found, total: found.toLocaleString() })}
        >
          {found.toLocaleString()}
        </span>
      )}
      <span className="flex-1" />
      <span className="figures shrink-0 text-xs text-ink-3">
        {rows === 0 ? t('log.noLines') : t('log.lines', { count: rows, lines: rows.toLocaleString() })}
      </span>
      <span className="figures w-16 shrink-0 text-right text-xs text-ink-2">
        {step !== undefined && (step.status === 'running' || step.finishTime !== undefined) && (
          <Duration start={step.startTime} end={step.finishTime} />
        )}
      </span>
    </>
  );
  const look =
    'flex h-7 w-full items-center gap-2 border-b border-line bg-surface-sunken pr-3 pl-2 text-left font-sans text-sm select-none';
  return (
    <h3 className="sticky left-0 h-7 w-[100cqi]">
      {rows === 0 ? (
        <span className={look}>{content}</span>
      ) : (
        <button
          type="button"
          // The whole log is one stop; arrow keys lead from header to header.
          tabIndex={-1}
          aria-expanded={open}
          data-fold={section.id}
          className={cx(look, 'outline-offset-[-2px] hover:bg-hover')}
          onClick={() => onToggle(section)}
        >
          {content}
        </button>
      )}
    </h3>
  );
});

function StepWords({ step }: { readonly step: Step }) {
  const { t } = useTranslation('run');
  const tries = triesOf(step).length;
  const failure = useFailureWords(step);
  return (
    <>
      <StateIcon state={stateOfStep(step)} labelled />
      <span className="max-w-[40%] shrink-0 truncate font-medium" title={step.id}>
        {step.id}
      </span>
      {tries > 1 && (
        <span className="shrink-0 text-xs text-ink-2">
          {step.status === 'running' ? t('steps.try', { number: tries }) : t('steps.tries', { count: tries })}
        </span>
      )}
      {step.errorIgnored === true && <span className="shrink-0 text-xs text-warning-fg">{t('steps.ignored')}</span>}
      {failure !== undefined && (
        <span className="min-w-0 truncate text-xs text-failed-fg" title={failure}>
          {failure}
        </span>
      )}
    </>
  );
}

/** Why a step failed, in a sentence: its exit code in words, or what kept it from having one. */
function useFailureWords({ status, exitCode, error }: Step): string | undefined {
  const { i18n } = useTranslation();
  const exitWords = useExitWords();
  if (status !== 'failed' && status !== 'timedout') return undefined;
  if (status === 'failed' && exitCode !== undefined) return exitWords(exitCode);
  return error === undefined ? undefined : errorTexts(i18n, error).title;
}

interface FoldRowProps {
  readonly id: string;
  readonly fold: OutlineFold;
  readonly line: LogLine | undefined;
  readonly number: number | undefined;
  readonly gutter: GutterOptions;
  readonly marked: boolean;
  readonly onToggle: () => void;
}

/** The line that names a group or a part of a step's output, which folds under it. */
export function FoldRow({ id, fold: { fold, open }, line, number, gutter, marked, onToggle }: FoldRowProps) {
  const { t } = useTranslation('run');
  const Chevron = open ? ChevronDown : ChevronRight;
  const lines = fold.end - fold.row - 1;
  return (
    <div className={cx('flex min-h-4.5 pr-3 pl-2', marked && 'bg-selected shadow-[inset_2px_0_0_var(--accent)]')}>
      <LineGutter line={line} number={number} gutter={gutter} />
      <button
        type="button"
        tabIndex={-1}
        aria-expanded={open}
        data-fold={id}
        className="-ml-1 flex min-w-0 items-center gap-1 rounded-sm pr-1 text-left hover:bg-hover"
        onClick={onToggle}
      >
        <Chevron aria-hidden size={13} className="shrink-0 text-ink-3" />
        <span className="min-w-0 truncate font-semibold whitespace-pre">
          {line !== undefined && (titleOf(line) || t('log.group'))}
        </span>
        {!open && (
          <span className="figures shrink-0 font-sans text-2xs text-ink-3">
            {t('log.lines', { count: lines, lines: lines.toLocaleString() })}
          </span>
        )}
      </button>
    </div>
  );
}

/** Without the mark; a group may have none. */
function titleOf({ text }: LogLine): string {
  return plainText(text)
    .replace(/^(##\[group\]|--- )/, '')
    .trim();
}
