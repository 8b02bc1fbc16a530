import { Download, FileCheck2, FileText } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { shortDigest } from '@shared/format/digest.ts';
import type { Attestation } from '@shared/model/image-contents.ts';
import { client } from '../../api/client.ts';
import { useOperation } from '../../api/hooks.ts';
import {
  Button,
  Bytes,
  CopyButton,
  Dialog,
  ErrorCard,
  MiddleTruncate,
  notifyFailure,
  Skeleton,
} from '../../components/index.ts';

/** So much of a statement is shown; the rest is for an editor. In UTF-16 units. */
const shownLength = 200_000;

interface ImageAttestationsProps {
  readonly runId: string;
  readonly attestations: readonly Attestation[];
}

/** What was told of an image beside it, each to be read and saved. */
export function ImageAttestations({ runId, attestations }: ImageAttestationsProps) {
  const { t } = useTranslation('run');
  const [shown, setShown] = useState<Attestation>();
  const save = (digest: string) => void client.runs.exportStatement({ runId, digest }).catch(notifyFailure);
  return (
    <>
      <ul
        aria-label={t('attestations.title')}
        className="flex min-w-0 flex-col divide-y divide-line border-t border-line"
      >
        {attestations.map((attestation) => (
          <li key={attestation.digest} className="flex min-h-8 min-w-0 items-center gap-3 text-xs">
            <FileCheck2 aria-hidden size={14} strokeWidth={1.75} className="shrink-0 text-succeeded-fg" />
            <span className="shrink-0 font-medium">{t(`attestations.kind.${attestation.kind}`)}</span>
            <span className="flex min-w-0 flex-1 text-ink-2">
              <MiddleTruncate text={attestation.predicateType} tail={16} className="font-mono text-xs" />
            </span>
            <span className="flex shrink-0 items-center gap-1">
              <code className="text-xs text-ink-2" title={attestation.digest} data-digest={attestation.digest}>
                {shortDigest(attestation.digest)}
              </code>
              <CopyButton text={attestation.digest} label={t('outputs.copyDigest')} />
            </span>
            <Bytes value={attestation.size} className="w-16 shrink-0 text-right text-ink-2" />
            {attestation.kept ? (
              <span className="flex shrink-0 items-center">
                <Button look="quiet" size="small" icon={FileText} onClick={() => setShown(attestation)}>
                  {t('attestations.view')}
                </Button>
                <Button look="quiet" size="small" icon={Download} onClick={() => save(attestation.digest)}>
                  {t('attestations.save')}
                </Button>
              </span>
            ) : (
              <span className="shrink-0 text-ink-3">{t('attestations.notKept')}</span>
            )}
          </li>
        ))}
      </ul>
      <Dialog
        open={shown !== undefined}
        onClose={() => setShown(undefined)}
        title={shown === undefined ? '' : t(`attestations.kind.${shown.kind}`)}
        width="w-200"
      >
        {shown !== undefined && <Statement runId={runId} digest={shown.digest} />}
      </Dialog>
    </>
  );
}

function Statement({ runId, digest }: { readonly runId: string; readonly digest: string }) {
  const { t } = useTranslation('run');
  const { data, error, isPending, refetch } = useOperation('runs', 'statement', { runId, digest });
  if (isPending) return <Skeleton rows={8} />;
  if (error !== null) return <ErrorCard error={error.error} onFix={{ retry: () => void refetch() }} />;
  const text = indented(data ?? '');
  return (
    <div className="flex flex-col gap-2">
      {text.length > shownLength && <p className="text-xs text-ink-2">{t('attestations.cut')}</p>}
      <pre
        className="font-mono text-xs break-words whitespace-pre-wrap select-text"
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
        tabIndex={0}
      >
        {text.slice(0, shownLength)}
      </pre>
    </div>
  );
}

/** What isn't JSON, or was too large to be taken apart here, stays as it is. */
function indented(text: string): string {
  if (text.length > 4 * shownLength) return text;
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    return text;
  }
}
