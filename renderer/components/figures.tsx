import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatBytes } from '@shared/format/bytes.ts';
import { formatDuration } from '@shared/format/duration.ts';
import { formatExactTime, formatRelativeTime } from '@shared/format/relative-time.ts';
import { cx } from './cx.ts';
import { Tooltip } from './tooltip.tsx';

/** The time now (ms), renewed by itself; `everyMs` undefined stops it. */
export function useNow(everyMs: number | undefined): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (everyMs === undefined) return;
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

/** A count of bytes. */
export function Bytes({ value, className }: { readonly value: number; readonly className?: string }) {
  const { i18n } = useTranslation();
  return <span className={cx('figures whitespace-nowrap', className)}>{formatBytes(value, i18n.language)}</span>;
}

interface DurationProps {
  /** Moments (ISO 8601). Without an end it ticks. */
  readonly start: string | undefined;
  readonly end?: string | undefined;
  readonly className?: string;
}

/** How long something took, or takes so far. Its width doesn't change while it ticks. */
export function Duration({ start, end, className }: DurationProps) {
  const ticking = start !== undefined && end === undefined;
  const now = useNow(ticking ? 200 : undefined);
  if (start === undefined) return null;
  const ms = Math.max(0, (end === undefined ? now : Date.parse(end)) - Date.parse(start));
  return <span className={cx('figures whitespace-nowrap', className)}>{formatDuration(ms)}</span>;
}

/** When something was: relative within a day, exact on hover. */
export function RelativeTime({ time, className }: { readonly time: string; readonly className?: string }) {
  const { i18n } = useTranslation();
  const at = Date.parse(time);
  const now = useNow(15_000);
  return (
    <Tooltip content={formatExactTime(at, i18n.language)}>
      <time dateTime={time} className={cx('figures whitespace-nowrap', className)}>
        {formatRelativeTime(at, Math.max(now, at), i18n.language)}
      </time>
    </Tooltip>
  );
}
