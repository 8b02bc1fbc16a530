import { readLayout } from './format-time.ts';
import { daysOfMonth, isLeap, monthNames, Time, weekdayNames } from './time.ts';
import { fixedZone, utc, type Zone } from './zones.ts';

/** What was read of a time so far. */
interface Draft {
  year: number;
  month?: number;
  day?: number;
  dayOfYear?: number;
  hour: number;
  minute: number;
  second: number;
  nanosecond: number;
  half?: 'am' | 'pm';
  zone?: Zone;
  zoneOffset?: number;
  zoneName?: string;
}

/** Go's `time.Parse`, or nothing where the text isn't of that layout. A time that names no zone is in UTC. */
export function parseTime(layout: string, text: string): Time | undefined {
  const draft: Draft = { year: 0, hour: 0, minute: 0, second: 0, nanosecond: 0 };
  let rest: string | undefined = text;
  const parts = [...readLayout(layout)];
  for (const [index, { literal, chunk }] of parts.entries()) {
    rest = skipLiteral(rest, literal);
    if (rest === undefined) return undefined;
    if (chunk === undefined) return rest === '' ? finish(draft) : undefined;
    rest = readChunk(draft, chunk, rest, isFraction(parts[index + 1]));
    if (rest === undefined) return undefined;
  }
  return undefined;
}

function isFraction(part: { readonly literal: string; readonly chunk: string | undefined } | undefined): boolean {
  return part !== undefined && /^[.,]/.test(part.chunk ?? '');
}

/** A run of blanks stands for any number of them, also for none at the end. */
function skipLiteral(text: string, literal: string): string | undefined {
  let rest = text;
  for (let at = 0; at < literal.length; at += 1) {
    if (literal.charAt(at) === ' ') {
      if (rest !== '' && !rest.startsWith(' ')) return undefined;
      while (literal.charAt(at + 1) === ' ') at += 1;
      rest = rest.replace(/^ +/, '');
    } else if (rest.charAt(0) === literal.charAt(at)) {
      rest = rest.slice(1);
    } else {
      return undefined;
    }
  }
  return rest;
}

/** Reads what a chunk stands for, and returns what is left; nothing where it isn't there or out of range. */
function readChunk(draft: Draft, chunk: string, text: string, fractionFollows: boolean): string | undefined {
  switch (chunk) {
    case '06':
    case '2006':
      return readYear(draft, chunk, text);
    case 'January':
    case 'Jan':
      return readName(text, chunk === 'Jan' ? monthNames.map((name) => name.slice(0, 3)) : monthNames, (index) => {
        draft.month = index + 1;
      });
    case 'Monday':
    case 'Mon':
      return readName(text, chunk === 'Mon' ? weekdayNames.map((name) => name.slice(0, 3)) : weekdayNames, () => {});
    case '1':
    case '01':
      return readNumber(text, chunk === '01', 1, 12, (month) => {
        draft.month = month;
      });
    case '2':
    case '_2':
    case '02':
      return readNumber(chunk === '_2' ? text.replace(/^ /, '') : text, chunk === '02', 0, 99, (day) => {
        draft.day = day;
      });
    case '002':
    case '__2':
      return readDayOfYear(draft, chunk, text);
    case '15':
      return readNumber(text, false, 0, 23, (hour) => {
        draft.hour = hour;
      });
    case '3':
    case '03':
      return readNumber(text, chunk === '03', 0, 12, (hour) => {
        draft.hour = hour;
      });
    case '4':
    case '04':
      return readNumber(text, chunk === '04', 0, 59, (minute) => {
        draft.minute = minute;
      });
    case '5':
    case '05': {
      const rest = readNumber(text, chunk === '05', 0, 59, (second) => {
        draft.second = second;
      });
      // A fraction may follow the seconds though the layout has none.
      return fractionFollows ? rest : rest?.replace(/^[.,][0-9]+/, (fraction) => readNanoseconds(draft, fraction));
    }
    case 'PM':
    case 'pm': {
      const half = text.slice(0, 2);
      if (half !== chunk && half !== (chunk === 'PM' ? 'AM' : 'am')) return undefined;
      draft.half = half === chunk ? 'pm' : 'am';
      return text.slice(2);
    }
    case 'MST':
      return readZoneName(draft, text);
    default:
      return /^[-Z]/.test(chunk) ? readOffset(draft, chunk, text) : readFraction(draft, chunk, text);
  }
}

function readYear(draft: Draft, chunk: string, text: string): string | undefined {
  const pattern = chunk === '2006' ? /^[0-9]{4}/ : /^(?:[0-9]{2}|[+-][0-9])/;
  const [digits] = pattern.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const number = Number(digits);
  draft.year = chunk === '2006' ? number : number >= 69 ? 1900 + number : 2000 + number;
  return text.slice(digits.length);
}

function readName(text: string, names: readonly string[], take: (index: number) => void): string | undefined {
  const index = names.findIndex((name) => text.slice(0, name.length).toLowerCase() === name.toLowerCase());
  if (index === -1) return undefined;
  take(index);
  return text.slice(names[index]?.length);
}

function readNumber(
  text: string,
  twoDigits: boolean,
  least: number,
  most: number,
  take: (number: number) => void,
): string | undefined {
  const [digits] = (twoDigits ? /^[0-9]{2}/ : /^[0-9]{1,2}/).exec(text) ?? [];
  if (digits === undefined || Number(digits) < least || Number(digits) > most) return undefined;
  take(Number(digits));
  return text.slice(digits.length);
}

function readDayOfYear(draft: Draft, chunk: string, text: string): string | undefined {
  const [digits] = (chunk === '002' ? /^[0-9]{3}/ : /^ {0,2}[0-9]{1,3}/).exec(text) ?? [];
  if (digits === undefined) return undefined;
  draft.dayOfYear = Number(digits);
  return text.slice(digits.length);
}

function readFraction(draft: Draft, chunk: string, text: string): string | undefined {
  if (chunk.charAt(1) === '9') return text.replace(/^[.,][0-9]{1,9}/, (fraction) => readNanoseconds(draft, fraction));
  const fraction = text.slice(0, chunk.length);
  if (fraction.length < chunk.length || !/^[.,][0-9]+$/.test(fraction)) return undefined;
  readNanoseconds(draft, fraction);
  return text.slice(chunk.length);
}

/** Takes the fraction, and leaves nothing of it. */
function readNanoseconds(draft: Draft, fraction: string): string {
  draft.nanosecond = Number(fraction.slice(1, 10).padEnd(9, '0'));
  return '';
}

function readOffset(draft: Draft, chunk: string, text: string): string | undefined {
  if (chunk.startsWith('Z') && text.startsWith('Z') && !/^Z07(?:0000|:00:00)$/.test(chunk)) {
    draft.zone = utc;
    return text.slice(1);
  }
  const pattern = chunk.slice(1).replaceAll(/[0-9]{2}/g, '([0-9]{2})');
  const match = new RegExp(`^([+-])${pattern}`).exec(text);
  if (match === null) return undefined;
  const [all, sign, hours = '0', minutes = '0', seconds = '0'] = match;
  const offset = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  draft.zoneOffset = sign === '-' ? -offset : offset;
  return text.slice(all.length);
}

function readZoneName(draft: Draft, text: string): string | undefined {
  if (text.startsWith('UTC')) {
    draft.zone = utc;
    return text.slice(3);
  }
  const [name] =
    /^(?:ChST|MeST|GMT(?:[+-](?:[01]?[0-9]|2[0-3])(?![0-9]))?|[+-](?:[01]?[0-9]|2[0-3])(?![0-9])|(?:[A-Z]{3}|[A-Z]{3}T|WITA|[A-Z]{4}T)(?![A-Z]))/.exec(
      text,
    ) ?? [];
  if (name === undefined) return undefined;
  draft.zoneName = name;
  return text.slice(name.length);
}

function finish(draft: Draft): Time | undefined {
  const { year, minute, second, nanosecond } = draft;
  let { hour } = draft;
  if (draft.half === 'pm' && hour < 12) hour += 12;
  else if (draft.half === 'am' && hour === 12) hour = 0;
  const date = dateOf(draft);
  if (date === undefined || date.day < 1 || date.day > daysOfMonth(date.month, year)) return undefined;
  const civil = { year, ...date, hour, minute, second };
  if (draft.zone !== undefined) return Time.fromCivil(civil, nanosecond, draft.zone);
  const { zoneOffset, zoneName = '' } = draft;
  if (zoneOffset !== undefined) {
    const local = zoneOffset === 0 && (zoneName === '' || zoneName === 'UTC');
    return Time.fromCivil(civil, nanosecond, local ? utc : fixedZone(zoneName, zoneOffset));
  }
  if (zoneName === '') return Time.fromCivil(civil, nanosecond, utc);
  // The clock of a zone of which nothing but the name is known is taken for UTC's, but for GMT+1: as Go does.
  const hours = zoneName.startsWith('GMT') ? Number(zoneName.slice(3) || '0') : 0;
  return Time.fromCivil(civil, nanosecond, utc).in(fixedZone(zoneName, hours * 3600));
}

function dateOf({ year, month, day, dayOfYear }: Draft): { month: number; day: number } | undefined {
  if (dayOfYear === undefined) return { month: month ?? 1, day: day ?? 1 };
  if (dayOfYear < 1 || dayOfYear > (isLeap(year) ? 366 : 365)) return undefined;
  let left = dayOfYear;
  let found = 1;
  while (left > daysOfMonth(found, year)) {
    left -= daysOfMonth(found, year);
    found += 1;
  }
  if ((month !== undefined && month !== found) || (day !== undefined && day !== left)) return undefined;
  return { month: found, day: left };
}
