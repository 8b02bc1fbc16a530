import { CircleHelp, Info } from 'lucide-react';
import type { i18n } from 'i18next';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { Finding, Run, WaitReason } from '@shared/model/run.ts';
import { paths } from '../../app/paths.ts';
import { lookUp } from '../../i18n/i18n.ts';
import { Duration, StateIcon } from '../../components/index.ts';

/** What the author should know though nothing failed. */
export function RunFindings({ findings }: { readonly findings: readonly Finding[] }) {
  const { t, i18n } = useTranslation('run');
  if (findings.length === 0) return null;
  return (
    <ul aria-label={t('findings')} className="flex min-w-0 flex-col gap-1">
      {findings.map((finding) => (
        <li key={JSON.stringify(finding)} className="flex min-w-0 items-start gap-2 text-xs text-ink-2">
          <Info aria-hidden size={14} strokeWidth={1.75} className="mt-px shrink-0 text-ink-3" />
          <span className="min-w-0 break-words">{findingText(i18n, finding)}</span>
        </li>
      ))}
    </ul>
  );
}

/** The words of a finding, be it about the run or about the task's text. */
function findingText(i18n: i18n, { code, params }: Finding): string {
  return lookUp(i18n, 'findings', code, params) ?? lookUp(i18n, 'task', `finding.${code}.text`, params) ?? code;
}

/** Why a queued run has not started. */
export function WaitPanel({ run }: { readonly run: Run }) {
  const { t } = useTranslation('run');
  return (
    <section
      aria-label={t('wait.title')}
      className="flex h-full flex-col items-center justify-center gap-2 px-6 text-center"
    >
      <StateIcon state="queued" size={28} />
      <h2 className="text-lg font-semibold">{t('wait.title')}</h2>
      <p className="max-w-110 text-ink-2">
        {run.waitReason === undefined ? t('wait.soon') : <Reason reason={run.waitReason} />}
      </p>
      <p className="flex items-center gap-1 text-xs text-ink-3">
        {t('wait.since')} <Duration start={run.createTime} />
      </p>
    </section>
  );
}

function Reason({ reason }: { readonly reason: WaitReason }) {
  const { t } = useTranslation('run');
  switch (reason.kind) {
    case 'concurrency':
      return t('wait.concurrency', { count: reason.ahead, limit: reason.limit });
    case 'engine':
      return (
        <>
          {t('wait.engine')}{' '}
          <Link
            href={paths.engine}
            className="inline-flex items-center gap-1 rounded-sm text-accent underline underline-offset-2"
          >
            <CircleHelp aria-hidden size={13} />
            {t('wait.engineLink')}
          </Link>
        </>
      );
    case 'sameTag':
      return (
        <>
          {t('wait.sameTag', { tag: reason.tag })}{' '}
          <Link href={paths.run(reason.runId)} className="rounded-sm text-accent underline underline-offset-2">
            {reason.runId}
          </Link>
        </>
      );
  }
}
