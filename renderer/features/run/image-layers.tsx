import { useTranslation } from 'react-i18next';
import { shortDigest } from '@shared/format/digest.ts';
import type { ImageContents } from '@shared/model/image-contents.ts';
import { Bytes, Chip, cx } from '../../components/index.ts';
import { type LayerOrigin, type LayerRow, layerRows, sizesByOrigin } from './layer-rows.ts';

interface ImageLayersProps {
  readonly contents: ImageContents;
  /** Its name; empty for none. */
  readonly image: string;
  /** It is one platform of several. */
  readonly several: boolean;
}

const colours: Readonly<Record<LayerOrigin, string>> = {
  base: 'bg-control-line',
  own: 'bg-accent',
  image: 'bg-accent',
};

/** What an image is made of: a line a layer, with its share of the whole; base and build told apart. */
export function ImageLayers({ contents, image, several }: ImageLayersProps) {
  const { t } = useTranslation('run');
  const rows = layerRows(contents);
  const sizes = sizesByOrigin(contents);
  const total = sizes.reduce((sum, { size }) => sum + size, 0);
  return (
    <div className="flex min-w-0 flex-col gap-1.5">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1 text-xs text-ink-2">
        {several && contents.platform !== undefined && <Chip>{contents.platform}</Chip>}
        {sizes.map(({ origin, size }) => (
          <span key={origin} className="flex items-center gap-1.5">
            <span aria-hidden className={cx('size-2.5 rounded-xs', colours[origin])} />
            {t(`layers.${origin}`)} <Bytes value={size} className="text-ink" />
          </span>
        ))}
        <span className="text-ink-3">{t(`layers.${contents.measure}`)}</span>
      </div>
      <table
        aria-label={t('layers.of', { image: image === '' ? t('outputs.untagged') : image })}
        className="w-full table-fixed border-collapse text-xs"
      >
        <thead className="sr-only">
          <tr>
            <th scope="col">{t('layers.instruction')}</th>
            <th scope="col">{t('layers.size')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <Row key={index} row={row} total={total} first={index > 0 && rows[index - 1]?.origin !== row.origin} />
          ))}
        </tbody>
      </table>
      {contents.omitted > 0 && <p className="text-xs text-ink-3">{t('layers.omitted', { count: contents.omitted })}</p>}
    </div>
  );
}

/** `first` of its origin, below another. */
function Row({ row, total, first }: { readonly row: LayerRow; readonly total: number; readonly first: boolean }) {
  const { t } = useTranslation('run');
  const line = cx('h-6 border-t', first ? 'border-line-strong' : 'border-line');
  const origin = <span className="sr-only">{t(`layers.${row.origin}`)}: </span>;
  if (row.kind === 'empty') {
    return (
      <tr className={line} title={row.texts.join('\n')}>
        <td className="truncate pr-3 text-ink-3">
          {origin}
          {row.texts.length === 1 ? (
            <code className="text-xs">{row.texts[0]}</code>
          ) : (
            t('layers.empty', { count: row.texts.length })
          )}
        </td>
        <td className="w-[40%] text-right text-ink-3">–</td>
      </tr>
    );
  }
  const { layer, text } = row;
  const digest = layer.digest === undefined ? '' : `\n${shortDigest(layer.digest)}`;
  return (
    <tr className={line} data-digest={layer.digest} title={`${text}${digest}`}>
      <td className="truncate pr-3">
        {origin}
        {text === '' ? (
          <span className="text-ink-3">{t('layers.untold')}</span>
        ) : (
          <code className={cx('text-xs', row.origin === 'base' ? 'text-ink-2' : 'text-ink')}>{text}</code>
        )}
      </td>
      <td className="w-[40%]">
        <span className="flex items-center gap-3">
          <span aria-hidden className="h-2 min-w-0 flex-1">
            <span
              className={cx('block h-2 rounded-xs', colours[row.origin])}
              style={{ width: `max(2px, ${total === 0 ? 0 : (layer.size / total) * 100}%)` }}
            />
          </span>
          <Bytes value={layer.size} className="w-16 shrink-0 text-right" />
        </span>
      </td>
    </tr>
  );
}
