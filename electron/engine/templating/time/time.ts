import { utc, type Zone } from './zones.ts';

/** What a calendar and a clock say. */
export interface Civil {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly day: number;
  /** From 1. */
  readonly dayOfYear: number;
  /** From 0, Sunday. */
  readonly weekday: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

const nanosPerSecond = 1_000_000_000n;

/** Go's `time.Time`: a moment, and the zone that it is told in. */
export class Time {
  /** Nanoseconds since 1970, UTC. */
  readonly nanoseconds: bigint;
  readonly zone: Zone;

  constructor(nanoseconds: bigint, zone: Zone) {
    this.nanoseconds = nanoseconds;
    this.zone = zone;
  }

  /** @param seconds since 1970, UTC */
  static fromUnix(seconds: bigint, zone: Zone = utc): Time {
    return new Time(seconds * nanosPerSecond, zone);
  }

  static fromCivil(
    civil: Pick<Civil, 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second'>,
    nanosecond: number,
    zone: Zone,
  ): Time {
    const days = daysFromCivil(civil.year, civil.month, civil.day);
    const local = days * 86_400 + civil.hour * 3600 + civil.minute * 60 + civil.second;
    const { offset } = zone.at(local - zone.at(local).offset);
    return new Time(BigInt(local - offset) * nanosPerSecond + BigInt(nanosecond), zone);
  }

  /** Since 1970, UTC. */
  get seconds(): bigint {
    const seconds = this.nanoseconds / nanosPerSecond;
    return seconds * nanosPerSecond > this.nanoseconds ? seconds - 1n : seconds;
  }

  get nanosecond(): number {
    return Number(this.nanoseconds - this.seconds * nanosPerSecond);
  }

  get offset(): number {
    return this.zone.at(Number(this.seconds)).offset;
  }

  get abbreviation(): string {
    return this.zone.at(Number(this.seconds)).abbreviation;
  }

  in(zone: Zone): Time {
    return new Time(this.nanoseconds, zone);
  }

  plus(nanoseconds: bigint): Time {
    return new Time(this.nanoseconds + nanoseconds, this.zone);
  }

  isSame(other: Time): boolean {
    return this.nanoseconds === other.nanoseconds && this.zone === other.zone;
  }

  civil(): Civil {
    const seconds = this.seconds + BigInt(this.offset);
    const ofDay = Number(((seconds % 86_400n) + 86_400n) % 86_400n);
    const days = Number((seconds - BigInt(ofDay)) / 86_400n);
    const date = civilFromDays(days);
    return {
      ...date,
      dayOfYear: days - daysFromCivil(date.year, 1, 1) + 1,
      weekday: (((days + 4) % 7) + 7) % 7,
      hour: Math.trunc(ofDay / 3600),
      minute: Math.trunc(ofDay / 60) % 60,
      second: ofDay % 60,
    };
  }
}

/** What Go gives for a time that it couldn't read: the first of January of the year 1. */
export const zeroTime = new Time(-62_135_596_800n * nanosPerSecond, utc);

export const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

export const weekdayNames = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;

export function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

export function daysOfMonth(month: number, year: number): number {
  return month === 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
}

// Days since 1970 and dates, both ways: Howard Hinnant, chrono-Compatible Low-Level Date Algorithms. A Date ends in the
// year 275760, Go's time doesn't.

function daysFromCivil(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.trunc((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.trunc(yearOfEra / 4) - Math.trunc(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function civilFromDays(days: number): Pick<Civil, 'year' | 'month' | 'day'> {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.trunc(
    (dayOfEra - Math.trunc(dayOfEra / 1460) + Math.trunc(dayOfEra / 36_524) - Math.trunc(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.trunc(yearOfEra / 4) - Math.trunc(yearOfEra / 100));
  const shiftedMonth = Math.trunc((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.trunc((153 * shiftedMonth + 2) / 5) + 1,
  };
}
