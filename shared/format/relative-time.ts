const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/**
 * A moment as seen from now: relative within a day ("3 minutes ago"), then the date and time. Words are the locale's own.
 * @param time milliseconds since 1970, UTC
 * @param now the same, of the moment it is read
 */
export function formatRelativeTime(time: number, now: number, locale: string): string {
  const ago = now - time;
  if (Math.abs(ago) >= day) return formatMoment(time, locale, sameYear(time, now));
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  if (Math.abs(ago) < 45_000) return relative.format(0, 'second');
  if (Math.abs(ago) < 45 * minute) return relative.format(-Math.round(ago / minute), 'minute');
  return relative.format(-Math.round(ago / hour), 'hour');
}

/** A moment in full, in the reader's time zone: what a relative time shows on hover. */
export function formatExactTime(time: number, locale: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'long' }).format(time);
}

function formatMoment(time: number, locale: string, withoutYear: boolean): string {
  return new Intl.DateTimeFormat(locale, {
    ...(withoutYear ? {} : { year: 'numeric' as const }),
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  }).format(time);
}

function sameYear(a: number, b: number): boolean {
  return new Date(a).getFullYear() === new Date(b).getFullYear();
}
