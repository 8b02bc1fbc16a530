import { type Scope, takes, type TemplateFunction } from '../functions.ts';
import { formatDuration, parseDuration, roundToSeconds } from '../time/duration.ts';
import { formatTime } from '../time/format-time.ts';
import { parseTime } from '../time/parse-time.ts';
import { Time, zeroTime } from '../time/time.ts';
import { findZone, utc } from '../time/zones.ts';
import { integerOf, SizedInteger, type Value } from '../values.ts';

function now(scope: Scope): Time {
  return new Time(BigInt(Math.trunc(scope.now)) * 1_000_000n, utc);
}

/** A time, or seconds since 1970 as int or int64; anything else is now. */
function timeOf(scope: Scope, value: Value): Time {
  if (value instanceof Time) return value;
  const seconds = value instanceof SizedInteger && value.type !== 'int64' ? undefined : integerOf(value);
  return seconds === undefined ? now(scope) : Time.fromUnix(seconds);
}

/** A zone that isn't known is UTC. */
function format(scope: Scope, layout: string, value: Value, zone: string): string {
  // A name of a zone is looked for at some cost; a letter of a layout may become a month.
  scope.budget.spend(1000);
  scope.budget.allocate(10 * layout.length);
  return formatTime(timeOf(scope, value).in(findZone(zone) ?? utc), layout);
}

function modify(_: Scope, text: string, time: Time): Time {
  const duration = text.length > 200 ? undefined : parseDuration(text);
  return duration === undefined ? time : time.plus(duration);
}

const htmlLayout = '2006-01-02';
const dateInZone = takes(['string', 'interface {}', 'string'], format);
const dateModify = takes(['string', 'time.Time'], modify);

/** sprig's functions about dates. Local time is UTC, as on ACR's agents. */
export const dates: Readonly<Record<string, TemplateFunction>> = {
  now: takes([], now),
  date: takes(['string', 'interface {}'], (scope, layout, value) => format(scope, layout, value, 'Local')),
  dateInZone,
  date_in_zone: dateInZone,
  dateModify,
  date_modify: dateModify,
  htmlDate: takes(['interface {}'], (scope, value) => format(scope, htmlLayout, value, 'Local')),
  htmlDateInZone: takes(['interface {}', 'string'], (scope, value, zone) => format(scope, htmlLayout, value, zone)),
  ago: takes(['interface {}'], (scope, value) => {
    const passed = now(scope).nanoseconds - timeOf(scope, value).nanoseconds;
    const end = 2n ** 63n - 1n;
    return formatDuration(roundToSeconds(passed > end ? end : passed < -end ? -end : passed));
  }),
  toDate: takes(['string', 'string'], ({ budget }, layout, text) => {
    budget.allocate(100 * layout.length);
    budget.spend(layout.length);
    return parseTime(layout, text) ?? zeroTime;
  }),
  unixEpoch: takes(['time.Time'], (_, time) => String(time.seconds)),
};
