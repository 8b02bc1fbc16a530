import { cx } from './cx.ts';
import { CopyButton } from './copy.tsx';
import { Tooltip } from './tooltip.tsx';

/** Shorter texts are not worth cutting in two. */
const shortest = 12;

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/**
 * Cuts a text in two so that its end always shows: the end of a path or a tag says most.
 * Counts characters as people do, so that no Hangul syllable or emoji is broken; the text becomes NFC, as macOS hands out decomposed names.
 */
export function splitForMiddle(text: string, tail: number): readonly [head: string, tail: string] {
  const characters = Array.from(graphemes.segment(text.normalize('NFC')), (part) => part.segment);
  if (characters.length < shortest) return [characters.join(''), ''];
  const cut = characters.length - Math.min(tail, Math.floor(characters.length / 2));
  return [characters.slice(0, cut).join(''), characters.slice(cut).join('')];
}

interface MiddleTruncateProps {
  readonly text: string;
  /** Characters at the end that always show. */
  readonly tail?: number;
  /** Gives a button that copies the whole, under this name. */
  readonly copyLabel?: string;
  readonly className?: string;
}

/** A long name: shortened in the middle where there is no room, the whole of it on hover and on copying. */
export function MiddleTruncate({ text, tail = 14, copyLabel, className }: MiddleTruncateProps) {
  const [head, end] = splitForMiddle(text, tail);
  const shown = (
    <span
      className={cx('inline-flex max-w-full min-w-0 overflow-hidden align-bottom', className)}
      onCopy={(event) => {
        event.preventDefault();
        event.clipboardData.setData('text/plain', text);
      }}
    >
      <span className={cx('truncate whitespace-pre', end !== '' && 'min-w-4 shrink-[9999]')}>{head}</span>
      {/* Where there is no room for the end either, it is cut at its front. */}
      {end !== '' && (
        <span className="flex min-w-0 justify-end overflow-hidden">
          <span className="shrink-0 whitespace-pre">{end}</span>
        </span>
      )}
    </span>
  );
  const name = end === '' ? shown : <Tooltip content={<span className="break-all">{text}</span>}>{shown}</Tooltip>;
  if (copyLabel === undefined) return name;
  return (
    <span className="group/copy inline-flex max-w-full min-w-0 items-center gap-0.5">
      {name}
      <CopyButton
        text={text}
        label={copyLabel}
        className="opacity-0 group-focus-within/copy:opacity-100 group-hover/copy:opacity-100"
      />
    </span>
  );
}
