import { BadgeCheck, Layers as LayersIcon, Package } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { shortDigest } from '@shared/format/digest.ts';
import type { ImageLayer, IndexEntry } from '@shared/model/registry-content.ts';
import { paths } from '../../../app/paths.ts';
import { Bytes, Chip, CopyButton, Panel } from '../../../components/index.ts';

interface IndexEntriesProps {
  readonly entries: readonly IndexEntry[];
  readonly host: string;
  readonly repository: string;
}

/** The images of an index, and its attestations behind them. */
export function IndexEntries({ entries, host, repository }: IndexEntriesProps) {
  const { t } = useTranslation('registries');
  const platformOf = (digest: string) => entries.find((entry) => entry.digest === digest)?.platform;
  const sorted = [...entries].sort(
    (one, other) => Number(one.attests !== undefined) - Number(other.attests !== undefined),
  );
  return (
    <Panel>
      <ul className="divide-y divide-line">
        {sorted.map(({ digest, platform, attests }) => (
          <li key={digest} className="flex h-9 items-center gap-1 pr-2">
            <Link
              href={paths.browse(host, repository, digest)}
              className="flex h-full min-w-0 flex-1 items-center gap-2.5 px-3 hover:bg-hover"
            >
              {attests === undefined ? (
                <Package aria-hidden size={15} strokeWidth={1.75} className="shrink-0 text-ink-3" />
              ) : (
                <BadgeCheck aria-hidden size={15} strokeWidth={1.75} className="shrink-0 text-ink-3" />
              )}
              <span className="min-w-0 flex-1 truncate">
                {attests === undefined
                  ? (platform ?? t('browse.noPlatform'))
                  : t('browse.attests', { platform: platformOf(attests) ?? shortDigest(attests) })}
              </span>
              {attests !== undefined && <Chip>{t('browse.kind.attestation')}</Chip>}
              <code className="text-xs text-ink-2" title={digest}>
                {shortDigest(digest)}
              </code>
            </Link>
            <CopyButton text={digest} label={t('browse.copyDigest')} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/** The layers, the first at the top; a bar shows how much of the whole each is. */
export function Layers({ layers }: { readonly layers: readonly ImageLayer[] }) {
  const { t } = useTranslation('registries');
  const largest = Math.max(1, ...layers.map(({ size }) => size));
  return (
    <Panel>
      <ul className="divide-y divide-line">
        {layers.map(({ digest, size, predicate }, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- a layer may be there twice, and nothing is moved
          <li key={`${index} ${digest}`} className="flex h-9 items-center gap-2.5 px-3">
            <LayersIcon aria-hidden size={14} strokeWidth={1.75} className="shrink-0 text-ink-3" />
            <code className="shrink-0 text-xs text-ink-2" title={digest}>
              {shortDigest(digest)}
            </code>
            <CopyButton text={digest} label={t('browse.copyDigest')} />
            <span className="min-w-0 flex-1">
              {predicate === undefined ? (
                <span aria-hidden className="block h-1.5 rounded-full bg-surface-sunken">
                  <span
                    className="block h-full min-w-0.5 rounded-full bg-accent"
                    style={{ width: `${(100 * size) / largest}%` }}
                  />
                </span>
              ) : (
                <span className="block truncate text-xs">{predicate}</span>
              )}
            </span>
            <Bytes value={size} className="w-20 shrink-0 text-right text-xs text-ink-2" />
          </li>
        ))}
      </ul>
    </Panel>
  );
}
