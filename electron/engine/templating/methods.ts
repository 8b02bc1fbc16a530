import { CallFailed } from './template-error.ts';
import { takes, type TemplateFunction } from './functions.ts';
import { printed } from './fmt/printer.ts';
import { SemanticVersion } from './sprig/semantic-version.ts';
import { formatTime } from './time/format-time.ts';
import { Time, zeroTime } from './time/time.ts';
import { utc } from './time/zones.ts';
import { int64, SizedInteger, type Value } from './values.ts';

/** What `{{ (semver "1.2.3").Major }}` or `{{ now.Year }}` calls: the methods of Go's types that a template may want. */
export function methodOf(value: Value, name: string): TemplateFunction | undefined {
  if (value instanceof Time) return timeMethod(value, name);
  if (value instanceof SemanticVersion) return versionMethod(value, name);
  if (value instanceof SizedInteger && value.type.startsWith('time.') && name === 'String')
    return takes([], ({ budget }) => printed(budget, value));
  return undefined;
}

function timeMethod(time: Time, name: string): TemplateFunction | undefined {
  switch (name) {
    case 'Format':
      return takes(['string'], ({ budget }, layout) => {
        budget.allocate(10 * layout.length);
        return formatTime(time, layout);
      });
    case 'String':
      return takes([], ({ budget }) => printed(budget, time));
    case 'Year':
      return takes([], () => BigInt(time.civil().year));
    case 'Month':
      return takes([], () => new SizedInteger('time.Month', BigInt(time.civil().month)));
    case 'Day':
      return takes([], () => BigInt(time.civil().day));
    case 'YearDay':
      return takes([], () => BigInt(time.civil().dayOfYear));
    case 'Weekday':
      return takes([], () => new SizedInteger('time.Weekday', BigInt(time.civil().weekday)));
    case 'Hour':
      return takes([], () => BigInt(time.civil().hour));
    case 'Minute':
      return takes([], () => BigInt(time.civil().minute));
    case 'Second':
      return takes([], () => BigInt(time.civil().second));
    case 'Nanosecond':
      return takes([], () => BigInt(time.nanosecond));
    case 'Unix':
      return takes([], () => int64(time.seconds));
    case 'UnixMilli':
      return takes([], () => int64(time.seconds * 1000n + BigInt(Math.trunc(time.nanosecond / 1e6))));
    case 'UnixNano':
      return takes([], () => int64(time.nanoseconds));
    case 'UTC':
      return takes([], () => time.in(utc));
    case 'IsZero':
      return takes([], () => time.nanoseconds === zeroTime.nanoseconds);
    case 'AddDate':
      return takes(['int', 'int', 'int'], (_, years, months, days) => addDate(time, years, months, days));
    case 'After':
      return takes(['time.Time'], (_, other) => time.nanoseconds > other.nanoseconds);
    case 'Before':
      return takes(['time.Time'], (_, other) => time.nanoseconds < other.nanoseconds);
    case 'Equal':
      return takes(['time.Time'], (_, other) => time.nanoseconds === other.nanoseconds);
    case 'Sub':
      return takes(['time.Time'], (_, other) => duration(time.nanoseconds - other.nanoseconds));
    default:
      return undefined;
  }
}

/** Go's durations stay at their ends. */
function duration(nanoseconds: bigint): SizedInteger {
  const end = 2n ** 63n;
  return new SizedInteger('time.Duration', nanoseconds < -end ? -end : nanoseconds >= end ? end - 1n : nanoseconds);
}

/** Days that a month hasn't run on into the next one. */
function addDate(time: Time, years: bigint, months: bigint, days: bigint): Time {
  const civil = time.civil();
  const month = BigInt(civil.month) - 1n + months;
  const yearsOfMonths = (month - (((month % 12n) + 12n) % 12n)) / 12n;
  const year = Number(BigInt(civil.year) + years + yearsOfMonths);
  const first = { ...civil, year, month: Number(((month % 12n) + 12n) % 12n) + 1, day: 1 };
  if (Math.abs(year) > 200_000_000) throw new CallFailed('the year is out of range');
  return Time.fromCivil(first, time.nanosecond, time.zone).plus((BigInt(civil.day - 1) + days) * 86_400_000_000_000n);
}

function versionMethod(version: SemanticVersion, name: string): TemplateFunction | undefined {
  switch (name) {
    case 'Major':
      return takes([], () => int64(version.major));
    case 'Minor':
      return takes([], () => int64(version.minor));
    case 'Patch':
      return takes([], () => int64(version.patch));
    case 'Prerelease':
      return takes([], () => version.prerelease);
    case 'Metadata':
      return takes([], () => version.metadata);
    case 'Original':
      return takes([], () => version.original);
    case 'String':
      return takes([], () => version.toString());
    case 'Compare':
      return takes(['interface {}'], (_, other) => BigInt(version.compare(versionOf(other))));
    case 'Equal':
      return takes(['interface {}'], (_, other) => version.compare(versionOf(other)) === 0);
    case 'GreaterThan':
      return takes(['interface {}'], (_, other) => version.compare(versionOf(other)) > 0);
    case 'LessThan':
      return takes(['interface {}'], (_, other) => version.compare(versionOf(other)) < 0);
    default:
      return undefined;
  }
}

function versionOf(value: Value): SemanticVersion {
  if (value instanceof SemanticVersion) return value;
  throw new CallFailed('expected *semver.Version');
}
