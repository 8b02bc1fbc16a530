import { ChevronDown, ChevronRight, HardDrive, Upload } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { shortDigest } from '@shared/format/digest.ts';
import { contentsKey, type ImageContents } from '@shared/model/image-contents.ts';
import type { OutputImage, Run } from '@shared/model/run.ts';
import { useOperation } from '../../api/hooks.ts';
import { Button, Bytes, Chip, CopyButton, MiddleTruncate } from '../../components/index.ts';
import { ImageAttestations } from './image-attestations.tsx';
import { ImageLayers } from './image-layers.tsx';
import { imageName, pullCommand, runCommand } from './output-commands.ts';
import { outputGroups } from './output-groups.ts';

interface RunOutputsProps {
  readonly run: Run;
  /** Shows the layers of the first image without being asked. */
  readonly open?: boolean;
}

/** The images that the run made. */
export function RunOutputs({ run, open = false }: RunOutputsProps) {
  const { t } = useTranslation('run');
  const some = run.outputImages.length > 0;
  const { data: contents = [] } = useOperation('runs', 'contents', { runId: run.runId }, { enabled: some });
  if (!some) return null;
  return (
    <ul aria-label={t('outputs.title')} className="flex min-w-0 flex-col divide-y divide-line">
      {outputGroups(run.outputImages).map(({ image, others }, index) => (
        <Output
          key={`${imageName(image)} ${image.platform ?? ''}`}
          runId={run.runId}
          image={image}
          others={others}
          contents={contents.filter((each) => each.image === contentsKey(image))}
          open={open && index === 0}
        />
      ))}
    </ul>
  );
}

interface OutputProps {
  readonly runId: string;
  readonly image: OutputImage;
  /** The same image under other names. */
  readonly others: readonly OutputImage[];
  readonly contents: readonly ImageContents[];
  readonly open: boolean;
}

function Output({ runId, image, others, contents, open }: OutputProps) {
  const { t } = useTranslation('run');
  const [asked, setAsked] = useState<boolean>();
  const shown = asked ?? open;
  const name = imageName(image);
  const digest = image.digest ?? image.imageId;
  const size = image.compressedSize ?? image.size;
  const Icon = image.pushed ? Upload : HardDrive;
  return (
    <li className="flex min-w-0 flex-col gap-1 py-1.5">
      <div className="flex min-w-0 gap-2">
        <Icon aria-hidden size={15} strokeWidth={1.75} className="mt-1 shrink-0 text-succeeded-fg" />
        <div className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
          {name === '' ? (
            <span className="text-ink-2">{t('outputs.untagged')}</span>
          ) : (
            <MiddleTruncate text={name} tail={22} copyLabel={t('outputs.copyName')} className="font-mono text-code" />
          )}
          <span className="flex min-w-0 flex-wrap gap-1">
            <Chip tone={image.pushed ? 'succeeded' : 'plain'}>
              {image.pushed ? t('outputs.pushed') : t('outputs.local')}
            </Chip>
            {contents.some(({ attestations }) => attestations.length > 0) && (
              <Chip tone="accent">{t('attestations.some')}</Chip>
            )}
            {(image.platform ?? '')
              .split(',')
              .map((platform) => platform !== '' && <Chip key={platform}>{platform}</Chip>)}
          </span>
        </div>
      </div>
      <div className="flex min-w-0 flex-wrap items-center gap-x-4 gap-y-1 pl-5.75 text-xs text-ink-2">
        {digest !== undefined && (
          <span className="flex items-center gap-1">
            <span className="sr-only">{image.digest === undefined ? t('outputs.imageId') : t('outputs.digest')}</span>
            <code className="text-xs" title={digest} data-digest={digest}>
              {shortDigest(digest)}
            </code>
            <CopyButton
              text={digest}
              label={image.digest === undefined ? t('outputs.copyImageId') : t('outputs.copyDigest')}
            />
          </span>
        )}
        {size !== undefined && (
          <span title={image.compressedSize === undefined ? t('outputs.unpacked') : t('outputs.compressed')}>
            <Bytes value={size} />
          </span>
        )}
        {image.pushed && <CommandCopy text={pullCommand(image)} label={t('outputs.copyPull')} />}
        <CommandCopy text={runCommand(image)} label={t('outputs.copyRun')} />
        {contents.length > 0 && (
          <Button
            look="quiet"
            size="small"
            icon={shown ? ChevronDown : ChevronRight}
            aria-expanded={shown}
            className="-ml-2"
            onClick={() => setAsked(!shown)}
          >
            {t('layers.show')}
          </Button>
        )}
      </div>
      {shown && contents.length > 0 && (
        <div className="flex min-w-0 flex-col gap-3 py-1 pl-5.75">
          {contents.map((each) => (
            <div key={each.platform ?? ''} className="flex min-w-0 flex-col gap-1">
              <ImageLayers contents={each} image={name} several={contents.length > 1} />
              {each.attestations.length > 0 && <ImageAttestations runId={runId} attestations={each.attestations} />}
            </div>
          ))}
        </div>
      )}
      {others.length > 0 && <OtherNames images={others} />}
      {image.platforms !== undefined && image.platforms.length > 1 && (
        <ul
          aria-label={t('outputs.platforms')}
          className="grid grid-cols-[max-content_max-content_max-content] items-center gap-x-4 pl-5.75 text-xs text-ink-2"
        >
          {image.platforms.map((each) => (
            <li key={each.digest} className="col-span-3 grid grid-cols-subgrid items-center">
              <code>{each.platform}</code>
              <span className="flex items-center gap-1">
                <code title={each.digest}>{shortDigest(each.digest)}</code>
                <CopyButton text={each.digest} label={t('outputs.copyPlatformDigest', { platform: each.platform })} />
              </span>
              {each.compressedSize !== undefined && (
                <span className="figures" title={t('outputs.compressed')}>
                  <Bytes value={each.compressedSize} />
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}

/** So many are shown without being asked for. */
const fewNames = 3;

function OtherNames({ images }: { readonly images: readonly OutputImage[] }) {
  const { t } = useTranslation('run');
  const [shown, setShown] = useState(images.length <= fewNames);
  const title = t('outputs.moreNames', { count: images.length });
  return (
    <div className="flex min-w-0 flex-col pl-5.75">
      <Button
        look="quiet"
        size="small"
        icon={shown ? ChevronDown : ChevronRight}
        aria-expanded={shown}
        className="-ml-2 self-start"
        onClick={() => setShown(!shown)}
      >
        {title}
      </Button>
      {shown && (
        <ul aria-label={title} className="flex min-w-0 flex-col">
          {images.map((image) => (
            <li key={imageName(image)} className="flex min-w-0">
              <MiddleTruncate
                text={imageName(image)}
                tail={22}
                copyLabel={t('outputs.copyName')}
                className="font-mono text-code"
              />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** The two words that say which command it is; copied is the whole. */
function CommandCopy({ text, label }: { readonly text: string; readonly label: string }) {
  return (
    <span
      className="flex h-7 items-center gap-1 rounded-md border border-line bg-surface-sunken pr-0.5 pl-2"
      title={text}
    >
      <code className="text-xs text-ink-2">{text.split(' ').slice(0, 2).join(' ')}</code>
      <CopyButton text={text} label={label} />
    </span>
  );
}
