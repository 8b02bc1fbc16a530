import { GitCommitHorizontal, Layers, PackageOpen } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { shortDigest } from '@shared/format/digest.ts';
import type { DependencyImage, ImageDependencies } from '@shared/model/run.ts';
import { CopyButton, MiddleTruncate } from '../../../components/index.ts';

/** What each image was made from: images that it runs on and was built with, by their digests, and the commit. */
export function RunDependencies({ dependencies }: { readonly dependencies: readonly ImageDependencies[] }) {
  const { t } = useTranslation('run');
  return (
    <ul className="flex min-w-0 flex-col divide-y divide-line rounded-md border border-line bg-surface">
      {dependencies.map((each, index) => {
        const runtime = each['runtime-dependency'];
        const revision = each.git['git-head-revision'];
        return (
          <li key={index} className="flex min-w-0 flex-col gap-1 px-3 py-2">
            <p className="flex min-w-0 text-sm font-medium">
              {each.image === null ? (
                t('outputs.untagged')
              ) : (
                <MiddleTruncate text={each.image.reference} tail={24} className="font-mono text-code" />
              )}
            </p>
            <ul className="flex min-w-0 flex-col gap-0.5">
              {runtime !== null && <Dependency icon={PackageOpen} kind={t('dependencies.runtime')} image={runtime} />}
              {each['buildtime-dependency'].map((image, at) => (
                <Dependency key={at} icon={Layers} kind={t('dependencies.buildtime')} image={image} />
              ))}
              {revision !== undefined && (
                <li className="grid min-w-0 grid-cols-[7rem_minmax(0,1fr)_max-content] items-center gap-x-3 text-xs">
                  <Kind icon={GitCommitHorizontal} text={t('dependencies.git')} />
                  <code className="min-w-0 truncate text-xs">{revision}</code>
                  <CopyButton text={revision} label={t('dependencies.copyRevision')} />
                </li>
              )}
            </ul>
          </li>
        );
      })}
    </ul>
  );
}

interface DependencyProps {
  readonly icon: LucideIcon;
  readonly kind: string;
  readonly image: DependencyImage;
}

function Dependency({ icon, kind, image }: DependencyProps) {
  const { t } = useTranslation('run');
  const { digest, unknownReason } = image;
  return (
    <li className="grid min-h-6 min-w-0 grid-cols-[7rem_minmax(0,1fr)_max-content] items-center gap-x-3 text-xs">
      <Kind icon={icon} text={kind} />
      <span className="flex min-w-0">
        <MiddleTruncate text={image.reference} tail={20} className="font-mono text-xs" />
      </span>
      {digest === undefined ? (
        <span className="max-w-80 truncate text-ink-3" title={unknownReason}>
          {unknownReason === undefined
            ? t('dependencies.unknown')
            : t('dependencies.unknownBecause', { reason: unknownReason })}
        </span>
      ) : (
        <span className="flex items-center gap-1">
          <code className="text-xs text-ink-2" title={digest} data-digest={digest}>
            {shortDigest(digest)}
          </code>
          <CopyButton text={digest} label={t('outputs.copyDigest')} />
        </span>
      )}
    </li>
  );
}

function Kind({ icon: Icon, text }: { readonly icon: LucideIcon; readonly text: string }) {
  return (
    <span className="flex items-center gap-1.5 whitespace-nowrap text-ink-3">
      <Icon aria-hidden size={13} strokeWidth={1.75} />
      {text}
    </span>
  );
}
