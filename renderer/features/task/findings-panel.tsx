import { ChevronDown, ChevronUp, CircleCheck, WandSparkles } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TaskFinding } from '@shared/model/task-finding.ts';
import { Button, CopyTextButton } from '../../components/index.ts';
import { countFindings, findingPlace, findingWords, sortFindings } from './findings.ts';
import type { Severity } from './findings.ts';
import { SeverityIcon } from './severity-icon.tsx';

interface FindingsPanelProps {
  readonly findings: readonly TaskFinding[];
  /** Shows the place of a finding; with a text, writes that there. */
  readonly onFinding: (finding: TaskFinding, replaceWith?: string) => void;
  /** The text can be edited, so a suggestion can be applied; else it can only be copied. */
  readonly editable: boolean;
}

/** Characters that fit a button; the words of a finding have the rest. */
const shortSuggestion = 20;

const severities: readonly Severity[] = ['error', 'warning', 'info'];

/** What there is to say about the task, docked under its views. */
export function FindingsPanel({ findings, onFinding, editable }: FindingsPanelProps) {
  const { t } = useTranslation('task-screen');
  const [open, setOpen] = useState(true);
  const sorted = useMemo(() => sortFindings(findings), [findings]);
  const counts = useMemo(() => countFindings(findings), [findings]);
  if (findings.length === 0) {
    return (
      <section className="flex h-9 shrink-0 items-center gap-2 border-t border-line px-4 text-xs text-ink-2">
        <CircleCheck aria-hidden size={14} strokeWidth={2} className="text-succeeded-fg" />
        {t('findings.none')}
      </section>
    );
  }
  return (
    <section
      aria-label={t('findings.title')}
      className="flex max-h-[45%] min-h-9 shrink-0 flex-col border-t border-line"
    >
      <div className="flex h-9 shrink-0 items-center gap-3 pr-2 pl-4">
        <h2 className="text-sm font-semibold">{t('findings.title')}</h2>
        <span className="flex min-w-0 flex-1 gap-3 text-xs text-ink-2">
          {severities.map((severity) =>
            counts[severity] === 0 ? null : (
              <span key={severity} className="flex items-center gap-1 whitespace-nowrap">
                <SeverityIcon severity={severity} />
                {t(`findings.${severity}`, { count: counts[severity] })}
              </span>
            ),
          )}
        </span>
        <Button
          look="quiet"
          size="small"
          icon={open ? ChevronDown : ChevronUp}
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          {open ? t('findings.hide') : t('findings.show')}
        </Button>
      </div>
      {open && (
        <ul className="min-h-0 divide-y divide-line overflow-y-auto border-t border-line">
          {sorted.map((finding, index) => (
            <FindingRow key={index} finding={finding} onFinding={onFinding} editable={editable} />
          ))}
        </ul>
      )}
    </section>
  );
}

interface FindingRowProps extends Omit<FindingsPanelProps, 'findings'> {
  readonly finding: TaskFinding;
}

function FindingRow({ finding, onFinding, editable }: FindingRowProps) {
  const { t, i18n } = useTranslation('task-screen');
  const { text, acr } = findingWords(i18n, finding);
  const place = findingPlace(finding);
  const { suggestion } = finding;
  const words = (
    <>
      <span className="break-words">{text}</span>
      {acr !== undefined && <code className="text-xs break-words whitespace-pre-wrap text-ink-3">{acr}</code>}
    </>
  );
  return (
    <li className="relative flex items-start gap-2 pr-3 pl-4 hover:bg-hover">
      <SeverityIcon severity={finding.severity} labelled className="mt-2.75" />
      {place === undefined ? (
        <div className="flex min-w-0 flex-1 flex-col py-2">{words}</div>
      ) : (
        <button
          type="button"
          // All of the row can be clicked, except for what lies above it.
          className="flex min-w-0 flex-1 flex-col py-2 text-left outline-none after:absolute after:inset-0 focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-focus"
          onClick={() => onFinding(finding)}
        >
          {words}
        </button>
      )}
      {suggestion !== undefined && (
        <span className="relative z-10 shrink-0 py-1" title={suggestion}>
          {editable && place !== undefined ? (
            <Button size="small" icon={WandSparkles} onClick={() => onFinding(finding, suggestion)}>
              {suggestion.length > shortSuggestion ? t('findings.applyLong') : t('findings.apply', { suggestion })}
            </Button>
          ) : (
            <CopyTextButton text={suggestion}>
              {suggestion.length > shortSuggestion ? t('findings.copyLong') : t('findings.copy', { suggestion })}
            </CopyTextButton>
          )}
        </span>
      )}
      <span className="figures w-12 shrink-0 py-2 text-right font-mono text-xs leading-5 text-ink-3">{place}</span>
    </li>
  );
}
