/**
 * Maps a list's rows to a scroll bar. Chromium cuts elements at about 33 million pixels and loses precision long before, so
 * the scrolled element is never higher than {@link tallest} and one of its pixels may stand for many rows.
 */
export interface ScrollScale {
  /** Height of the scrolled element (px). */
  readonly height: number;
  /** Rows that one pixel of the scroll bar stands for. */
  readonly rowsPerPixel: number;
}

const tallest = 8_000_000;

/** The last row can be scrolled to the top, so that rows higher than the others never hide what is behind them. */
export function scrollScale(rows: number, rowHeight: number, viewport: number): ScrollScale {
  const travel = Math.max(0, Math.min(tallest, (rows - 1) * rowHeight));
  return { height: travel + viewport, rowsPerPixel: travel === 0 ? 0 : (rows - 1) / travel };
}

/** The row at the top, with its fraction that is scrolled away. */
export function rowAtScroll(scale: ScrollScale, scrollTop: number): number {
  return scrollTop * scale.rowsPerPixel;
}

export function scrollOfRow(scale: ScrollScale, row: number): number {
  return scale.rowsPerPixel === 0 ? 0 : row / scale.rowsPerPixel;
}
