import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { TaskFinding, TextRange } from '@shared/model/task-finding.ts';
import { findingWords, sortFindings } from '../../task/findings.ts';
import { SeverityIcon } from '../../task/severity-icon.tsx';

interface TaskNotesProps {
  readonly findings: readonly TaskFinding[];
  readonly onPlace: (range: TextRange) => void;
}

/** What there is to say about the text of the task, each with the way to its place. */
export function TaskNotes({ findings, onPlace }: TaskNotesProps) {
  const { t, i18n } = useTranslation('run');
  const sorted = useMemo(() => sortFindings(findings), [findings]);
  if (sorted.length === 0) return null;
  return (
    <ul aria-label={t('task.findings')} className="flex min-w-0 flex-col gap-1">
      {sorted.map(({ range, ...finding }, index) => (
        <li key={index} className="flex min-w-0 items-start gap-2 text-xs text-ink-2">
          <SeverityIcon severity={finding.severity} labelled className="mt-px" />
          <span className="min-w-0 break-words">{findingWords(i18n, finding).text}</span>
          {range !== undefined && (
            <button
              type="button"
              className="shrink-0 rounded-sm text-accent hover:underline"
              onClick={() => onPlace(range)}
            >
              {t('task.line', { line: range.line })}
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}
