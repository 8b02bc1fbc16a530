import { type Civil, monthNames, type Time, weekdayNames } from './time.ts';

/**
 * What Go's layouts stand for: `2006-01-02 15:04:05`. In the order in which Go looks for them where several fit. `Jan` and `Mon`
 * aren't the beginning of a longer word; a fraction is all the digits that there are.
 */
const chunks =
  /January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|0[1-6]|002|15|1|2006|2|_2(?!006)|__2|3|4|5|PM|pm|[-Z]070000|[-Z]07:00:00|[-Z]0700|[-Z]07:00|[-Z]07|[.,](?:0+|9+)(?![0-9])/g;

/** A layout as literal text and what stands between. */
interface LayoutPart {
  readonly literal: string;
  /** Nothing behind the last literal. */
  readonly chunk: string | undefined;
}

export function* readLayout(layout: string): Generator<LayoutPart> {
  let from = 0;
  for (const { index, 0: chunk } of layout.matchAll(chunks)) {
    yield { literal: layout.slice(from, index), chunk };
    from = index + chunk.length;
  }
  yield { literal: layout.slice(from), chunk: undefined };
}

/** Go's `Time.Format`. */
export function formatTime(time: Time, layout: string): string {
  const civil = time.civil();
  let text = '';
  for (const { literal, chunk } of readLayout(layout)) {
    text += literal;
    if (chunk !== undefined) text += formatChunk(time, civil, chunk);
  }
  return text;
}

/** Go's `Time.String`, but for its reading of a monotonic clock, which is of no use outside of a process. */
export function describeTime(time: Time): string {
  return formatTime(time, '2006-01-02 15:04:05.999999999 -0700 MST');
}

function formatChunk(time: Time, civil: Civil, chunk: string): string {
  const hour12 = civil.hour % 12 === 0 ? 12 : civil.hour % 12;
  switch (chunk) {
    case 'January':
      return monthNames[civil.month - 1] ?? '';
    case 'Jan':
      return monthNames[civil.month - 1]?.slice(0, 3) ?? '';
    case 'Monday':
      return weekdayNames[civil.weekday] ?? '';
    case 'Mon':
      return weekdayNames[civil.weekday]?.slice(0, 3) ?? '';
    case 'MST':
      return time.abbreviation === '' ? formatOffset(time.offset, '-0700') : time.abbreviation;
    case '1':
      return String(civil.month);
    case '01':
      return padded(civil.month, 2);
    case '2':
      return String(civil.day);
    case '_2':
      return String(civil.day).padStart(2);
    case '02':
      return padded(civil.day, 2);
    case '__2':
      return String(civil.dayOfYear).padStart(3);
    case '002':
      return padded(civil.dayOfYear, 3);
    case '15':
      return padded(civil.hour, 2);
    case '3':
      return String(hour12);
    case '03':
      return padded(hour12, 2);
    case '4':
      return String(civil.minute);
    case '04':
      return padded(civil.minute, 2);
    case '5':
      return String(civil.second);
    case '05':
      return padded(civil.second, 2);
    case '2006':
      return padded(civil.year, 4);
    case '06':
      return padded(Math.abs(civil.year) % 100, 2);
    case 'PM':
      return civil.hour >= 12 ? 'PM' : 'AM';
    case 'pm':
      return civil.hour >= 12 ? 'pm' : 'am';
    default:
      return /^[-Z]/.test(chunk) ? formatOffset(time.offset, chunk) : formatFraction(time.nanosecond, chunk);
  }
}

function padded(number: number, width: number): string {
  return (number < 0 ? '-' : '') + String(Math.abs(number)).padStart(width, '0');
}

function formatOffset(offset: number, chunk: string): string {
  if (offset === 0 && chunk.startsWith('Z')) return 'Z';
  const size = Math.abs(offset);
  const parts = [Math.trunc(size / 3600), Math.trunc(size / 60) % 60, size % 60].map((part) => padded(part, 2));
  const digits = chunk.replaceAll(/[^0-9]/g, '').length;
  // Go tells the sign from the minutes.
  return (Math.trunc(offset / 60) < 0 ? '-' : '+') + parts.slice(0, digits / 2).join(chunk.includes(':') ? ':' : '');
}

function formatFraction(nanosecond: number, chunk: string): string {
  const digits = padded(nanosecond, 9).slice(0, Math.min(chunk.length - 1, 9));
  const shown = chunk.charAt(1) === '9' ? digits.replace(/0+$/, '') : digits;
  return shown === '' ? '' : chunk.charAt(0) + shown;
}
