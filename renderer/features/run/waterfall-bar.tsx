import { useTranslation } from 'react-i18next';
import { cx } from '../../components/index.ts';
import type { Piece } from './bar-pieces.ts';
import type { TellingPath, Try } from './step-times.ts';
import type { TimeAxis, WaterfallRow } from './waterfall.ts';

interface RowBarsProps {
  readonly row: WaterfallRow;
  readonly pieces: readonly Piece[];
  /** The bars lie under the names, as high as a line. */
  readonly thin: boolean;
  /** The step led to the failure, or the run's duration hung on it. */
  readonly path: TellingPath['kind'] | undefined;
}

/** What a row shows on the axis. Screen readers get it in words, from the row. */
export function RowBars({ row, pieces, thin, path }: RowBarsProps) {
  return pieces.map((piece, index) => (
    <Mark key={index} row={row} piece={piece} thin={thin} underline={!thin && isWork(piece) ? path : undefined} />
  ));
}

function isWork({ kind }: Piece): boolean {
  return kind === 'whole' || kind === 'try' || kind === 'between';
}

interface MarkProps {
  readonly row: WaterfallRow;
  readonly piece: Piece;
  readonly thin: boolean;
  readonly underline: TellingPath['kind'] | undefined;
}

/** Steel for what ran, an outline for what the cache gave, primer with a bright edge for what runs, hatched what waits. */
function Mark({ row, piece, thin, underline }: MarkProps) {
  const title = usePieceTitle(piece);
  const slim = piece.kind === 'whole' && isCached(row);
  return (
    <>
      <span
        aria-hidden
        title={title}
        className={cx(
          'absolute',
          thin ? 'inset-y-0' : cx('top-1/2 -translate-y-1/2', slim ? 'h-1.5' : heightOf(piece)),
          lookOf(row, piece, thin),
        )}
        style={{
          left: `${piece.start * 100}%`,
          width: `max(${leastWidth(piece, thin, slim)}px, ${piece.width * 100}%)`,
        }}
      >
        {piece.open && <span className="absolute inset-y-[-2px] right-0 w-0.75 animate-sheen rounded-full bg-brand" />}
      </span>
      {underline !== undefined && (
        <span
          aria-hidden
          className={cx('absolute bottom-1 h-0.5', pathLooks[underline])}
          style={{ left: `${piece.start * 100}%`, width: `max(4px, ${piece.width * 100}%)` }}
        />
      )}
    </>
  );
}

export const pathLooks: Readonly<Record<TellingPath['kind'], string>> = {
  failure: 'bg-failed-fg',
  critical: 'bg-accent',
};

/** What a piece is, for the mouse. */
function usePieceTitle(piece: Piece): string | undefined {
  const { t } = useTranslation('run');
  switch (piece.kind) {
    case 'needs':
      return t('piece.needs');
    case 'begin':
      return t('piece.begin');
    case 'between':
      return t('piece.between');
    case 'never':
      return t('legend.skipped');
    case 'goesOn':
      return t('legend.goesOn');
    case 'try': {
      const { number, of, attempt } = piece.try;
      const exit = attempt.exitCode;
      return exit === undefined ? t('piece.try', { number, of }) : t('piece.tryExit', { number, of, code: exit });
    }
    case 'whole':
      return undefined;
  }
}

function isCached(row: WaterfallRow): boolean {
  return row.kind === 'vertex' && row.vertex.cached;
}

/** What can be seen at all; waiting may be too short for that. */
function leastWidth({ kind }: Piece, thin: boolean, slim: boolean): number {
  if (kind !== 'whole' && kind !== 'try') return 0;
  if (thin) return 3;
  return slim ? 10 : 4;
}

function heightOf({ kind }: Piece): string {
  switch (kind) {
    case 'needs':
    case 'never':
      return 'h-1';
    case 'begin':
    case 'between':
    case 'goesOn':
      return 'h-2';
    case 'whole':
    case 'try':
      return 'h-2.5';
  }
}

const hatched = 'bg-[repeating-linear-gradient(135deg,var(--control-line)_0_1px,transparent_1px_4px)]';
const faintlyHatched = 'bg-[repeating-linear-gradient(135deg,var(--line-strong)_0_1px,transparent_1px_4px)]';

function lookOf(row: WaterfallRow, piece: Piece, thin: boolean): string {
  switch (piece.kind) {
    case 'needs':
      return faintlyHatched;
    case 'begin':
    case 'between':
      return hatched;
    case 'never':
      return cx('border-line-strong', thin ? 'top-px border-t border-dashed' : 'top-1/2 border-t border-dashed');
    case 'goesOn':
      return 'rounded-r-sm border border-l-0 border-control-line';
    case 'try':
      return cx(
        'rounded-xs shadow-[1px_0_0_var(--surface)]',
        piece.open ? 'bg-running-fg/70' : tryLook(row, piece.try),
      );
    case 'whole':
      return cx('rounded-sm', wholeLook(row, piece.open));
  }
}

function tryLook(row: WaterfallRow, { attempt, failed }: Try): string {
  if (!failed) return 'bg-ink-3';
  const last = row.kind === 'step' && row.step.status === 'failed' && attempt.number === row.step.attempts?.length;
  return last ? 'bg-failed-fg' : triesFailed;
}

/** A try that failed before another one: crossed out rather than as loud as a step that did. */
const triesFailed =
  'border border-failed-fg bg-[repeating-linear-gradient(45deg,var(--failed-fg)_0_1.5px,transparent_1.5px_5px)]';

function wholeLook(row: WaterfallRow, open: boolean): string {
  if (row.kind === 'vertex') {
    if (row.vertex.cached) return 'border border-cached-line bg-cached-bg';
    if (open) return 'bg-running-fg/70';
    return row.vertex.status === 'failed' ? 'bg-failed-fg' : 'bg-accent';
  }
  if (open) return 'bg-running-fg/70';
  const { status } = row.step;
  return status === 'failed' || status === 'timedout' ? 'bg-failed-fg' : 'bg-ink-3';
}

/** When the axis has what time; over the rows. */
export function Ticks({ axis }: { readonly axis: TimeAxis }) {
  return (
    <span aria-hidden className="relative block h-full">
      {axis.ticks.map((tick) => (
        <span
          key={tick}
          className={cx(
            'figures absolute bottom-1 text-2xs whitespace-nowrap text-ink-3 first:translate-x-0',
            tick === axis.span ? '-translate-x-full' : '-translate-x-1/2',
          )}
          style={{ left: `${(tick / axis.span) * 100}%` }}
        >
          {tick === 0 ? '0' : tickWords(tick)}
        </span>
      ))}
    </span>
  );
}

function tickWords(ms: number): string {
  if (ms < 1000) return `${ms / 1000}s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  const rest = seconds % 60;
  if (minutes < 60) return rest === 0 ? `${minutes}m` : `${minutes}m${rest}s`;
  return minutes % 60 === 0 ? `${minutes / 60}h` : `${Math.floor(minutes / 60)}h${minutes % 60}m`;
}

export function Grid({ axis }: { readonly axis: TimeAxis }) {
  return (
    <span aria-hidden className="absolute inset-y-[-6px] inset-x-0">
      {axis.ticks.map((tick) => (
        <span key={tick} className="absolute inset-y-0 w-px bg-line" style={{ left: `${(tick / axis.span) * 100}%` }} />
      ))}
    </span>
  );
}
