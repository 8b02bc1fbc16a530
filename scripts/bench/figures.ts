// How figures are taken and told: medians of interleaved runs, in a table.

/** Milliseconds, megabytes, or whatever the figure says. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  if (upper === undefined) throw new Error('no figures were taken');
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}

export const megabyte = 1_000_000;

export interface Figure {
  readonly what: string;
  /** Ours. */
  readonly figure: string;
  /** The peer's. */
  readonly beside?: string;
  /** Ours by the peer's. */
  readonly ratio?: number;
  readonly target?: string;
  /** Whether the target is met; left out where there is none. */
  readonly ok?: boolean;
}

/** Prints one row as soon as it is known: figure, peer, ratio, target, and `OK` or `over`. */
export function tell({ what, figure, beside = '', ratio, target = '', ok }: Figure): void {
  const verdict = ok === undefined ? '' : ok ? 'OK' : 'over';
  const times = ratio === undefined ? '' : `${ratio.toFixed(2)}x`;
  console.log(
    `| ${[pad(what, 58), pad(figure, 22), pad(beside, 30), pad(times, 6), pad(target, 18), pad(verdict, 4)].join(' | ')} |`,
  );
}

export function tellHeader(): void {
  tell({ what: 'what', figure: 'Slipway', beside: 'beside', target: 'target' });
  console.log(`| ${[58, 22, 30, 6, 18, 4].map((width) => '-'.repeat(width)).join(' | ')} |`);
}

/** A duration beside a peer's, which may take `limit` times as long as ours must not: `ok` when ours is at most that. */
export function tellRatio(
  what: string,
  ours: readonly number[],
  peer: { readonly name: string; readonly times: readonly number[] },
  limit: number,
): void {
  const [mine, theirs] = [median(ours), median(peer.times)];
  tell({
    what,
    figure: spread(ours),
    beside: `${peer.name} ${spread(peer.times)}`,
    ratio: mine / theirs,
    target: `<= ${limit.toFixed(2)}x`,
    ok: mine / theirs <= limit,
  });
}

/** `1.23 s (1.10-1.40)`: the median, and the quickest and slowest. */
export function spread(times: readonly number[]): string {
  const seconds = (ms: number) => (ms / 1000).toFixed(2);
  return `${seconds(median(times))} s (${seconds(Math.min(...times))}-${seconds(Math.max(...times))})`;
}

function pad(text: string, width: number): string {
  return text.padEnd(width);
}
