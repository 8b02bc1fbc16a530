/** Which row of a list stands where in its view: what stays in place while rows come and go around it. */
export interface RowAnchor {
  /** `third`: a third down the view, with what led to it above. */
  readonly edge: 'top' | 'third' | 'bottom';
  /** At the top it may have a fraction, which is scrolled away. */
  readonly row: number;
}

/** The rows to draw: enough for the view, however high they turn out to be. */
export function rowsToDraw(
  { edge, row }: RowAnchor,
  rows: number,
  visible: number,
): { readonly first: number; readonly count: number } {
  const at = Math.max(0, Math.min(Math.floor(row), rows - 1));
  const first = Math.max(
    0,
    edge === 'bottom' ? at + 1 - visible : edge === 'third' ? at - Math.floor(visible / 3) : at,
  );
  return { first, count: Math.max(0, Math.min(visible, rows - first)) };
}
