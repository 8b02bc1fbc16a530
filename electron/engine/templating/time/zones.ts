/** A time zone: what the clock says there. */
export interface Zone {
  /** At a moment, seconds since 1970 in UTC: seconds east of UTC, and what the zone is called then. */
  at(seconds: number): { readonly offset: number; readonly abbreviation: string };
}

export const utc: Zone = { at: () => ({ offset: 0, abbreviation: 'UTC' }) };

export function fixedZone(abbreviation: string, offset: number): Zone {
  return { at: () => ({ offset, abbreviation }) };
}

const known = new Map<string, Zone>();

/**
 * A zone of the IANA database, or nothing where there is none of that name. `Local` is UTC: agents of ACR run in UTC, and a task
 * must not render differently from one desk to the next.
 */
export function findZone(name: string): Zone | undefined {
  if (name === '' || name === 'UTC' || name === 'Local') return utc;
  const found = known.get(name);
  if (found !== undefined) return found;
  // Intl also takes `+09:00` and any case, which Go doesn't.
  if (!/^[A-Z][A-Za-z0-9_+-]*(?:\/[A-Z][A-Za-z0-9_+-]*)*$/.test(name)) return undefined;
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
  const zone = zoneOf(name, (seconds) => offsetOf(format, seconds));
  known.set(name, zone);
  return zone;
}

function zoneOf(name: string, offsetAt: (seconds: number) => number): Zone {
  const [standard, daylight] = abbreviationsOf(name);
  return {
    at(seconds) {
      const offset = offsetAt(seconds);
      // Before there were zones, each place had its own mean time, to the second.
      if (offset % 60 !== 0) return { offset, abbreviation: 'LMT' };
      if (standard === undefined) return { offset, abbreviation: numeric(offset) };
      if (daylight === undefined) return { offset, abbreviation: standard };
      const year = new Date(clamped(seconds)).getUTCFullYear();
      const winter = Math.min(...[0, 6].map((month) => offsetAt(Date.UTC(year, month) / 1000)));
      return { offset, abbreviation: offset === winter ? standard : daylight };
    },
  };
}

function offsetOf(format: Intl.DateTimeFormat, seconds: number): number {
  const name = format.formatToParts(clamped(seconds)).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign, hours, minutes, rest] = /^GMT([+-])(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(name) ?? [];
  const offset = Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(rest ?? 0);
  return sign === '-' ? -offset : offset;
}

/** Milliseconds, within what a Date can say. */
function clamped(seconds: number): number {
  return Math.min(Math.max(seconds * 1000, -8.64e15), 8.64e15);
}

/** The database names most zones by their offset today: `+08`, `+0545`. */
function numeric(offset: number): string {
  const minutes = Math.abs(Math.trunc(offset / 60));
  const rest = minutes % 60 === 0 ? '' : String(minutes % 60).padStart(2, '0');
  return `${offset < 0 ? '-' : '+'}${String(Math.trunc(minutes / 60)).padStart(2, '0')}${rest}`;
}

/** Intl knows no abbreviations but the American ones, so here are those of the database that are words. */
const abbreviations: readonly (readonly [names: string, standard: string, daylight?: string])[] = [
  ['Etc/UTC Etc/Universal Etc/Zulu Universal Zulu', 'UTC'],
  ['GMT Etc/GMT Etc/Greenwich Greenwich Africa/Abidjan Africa/Accra Africa/Dakar Atlantic/Reykjavik Iceland', 'GMT'],
  ['Asia/Seoul Asia/Pyongyang ROK', 'KST'],
  ['Asia/Tokyo Japan', 'JST'],
  ['Asia/Shanghai Asia/Chongqing Asia/Taipei Asia/Macau PRC ROC', 'CST'],
  ['Asia/Hong_Kong Hongkong', 'HKT'],
  ['Asia/Manila', 'PST'],
  ['Asia/Kolkata Asia/Calcutta', 'IST'],
  ['Asia/Karachi', 'PKT'],
  ['Asia/Jakarta Asia/Pontianak', 'WIB'],
  ['Asia/Makassar', 'WITA'],
  ['Asia/Jayapura', 'WIT'],
  ['Asia/Jerusalem Asia/Tel_Aviv Israel', 'IST', 'IDT'],
  ['Asia/Beirut Asia/Nicosia Africa/Cairo Egypt', 'EET', 'EEST'],
  ['Europe/London Europe/Belfast Europe/Jersey Europe/Guernsey Europe/Isle_of_Man GB', 'GMT', 'BST'],
  ['Europe/Dublin Eire', 'GMT', 'IST'],
  ['Europe/Lisbon Atlantic/Madeira Atlantic/Canary Atlantic/Faroe Portugal WET', 'WET', 'WEST'],
  [
    'Europe/Berlin Europe/Paris Europe/Madrid Europe/Rome Europe/Vienna Europe/Zurich Europe/Amsterdam Europe/Brussels ' +
      'Europe/Copenhagen Europe/Oslo Europe/Stockholm Europe/Prague Europe/Warsaw Europe/Budapest Europe/Belgrade ' +
      'Europe/Zagreb Europe/Ljubljana Europe/Bratislava Europe/Sarajevo Europe/Skopje Europe/Tirane Europe/Luxembourg ' +
      'Europe/Monaco Europe/Malta Europe/Andorra Europe/Vaduz Europe/San_Marino Europe/Vatican Europe/Gibraltar ' +
      'Europe/Busingen Europe/Podgorica Arctic/Longyearbyen Africa/Ceuta Poland CET MET',
    'CET',
    'CEST',
  ],
  [
    'Europe/Athens Europe/Helsinki Europe/Kiev Europe/Kyiv Europe/Bucharest Europe/Sofia Europe/Riga Europe/Tallinn ' +
      'Europe/Vilnius Europe/Mariehamn Europe/Chisinau Asia/Famagusta EET',
    'EET',
    'EEST',
  ],
  ['Europe/Kaliningrad Africa/Tripoli Libya', 'EET'],
  ['Europe/Moscow Europe/Simferopol Europe/Kirov Europe/Volgograd W-SU', 'MSK'],
  ['Africa/Algiers Africa/Tunis', 'CET'],
  ['Africa/Lagos Africa/Kinshasa Africa/Luanda', 'WAT'],
  ['Africa/Maputo Africa/Harare Africa/Lusaka Africa/Khartoum Africa/Kigali Africa/Windhoek', 'CAT'],
  ['Africa/Nairobi Africa/Addis_Ababa Africa/Kampala Africa/Dar_es_Salaam', 'EAT'],
  ['Africa/Johannesburg', 'SAST'],
  ['America/New_York America/Toronto America/Detroit America/Montreal America/Nassau US/Eastern EST5EDT', 'EST', 'EDT'],
  ['America/Panama America/Jamaica America/Cancun Jamaica EST', 'EST'],
  ['America/Chicago America/Winnipeg America/Menominee US/Central CST6CDT', 'CST', 'CDT'],
  ['America/Mexico_City America/Costa_Rica America/Guatemala America/Regina America/Monterrey', 'CST'],
  ['America/Havana Cuba', 'CST', 'CDT'],
  ['America/Denver America/Edmonton America/Boise US/Mountain MST7MDT', 'MST', 'MDT'],
  ['America/Phoenix America/Hermosillo US/Arizona MST', 'MST'],
  ['America/Los_Angeles America/Vancouver America/Tijuana US/Pacific PST8PDT', 'PST', 'PDT'],
  ['America/Anchorage America/Juneau US/Alaska', 'AKST', 'AKDT'],
  ['America/Halifax Atlantic/Bermuda Canada/Atlantic', 'AST', 'ADT'],
  ['America/Puerto_Rico America/Santo_Domingo America/Barbados', 'AST'],
  ['America/St_Johns Canada/Newfoundland', 'NST', 'NDT'],
  ['Pacific/Honolulu US/Hawaii HST', 'HST'],
  ['Pacific/Guam Pacific/Saipan', 'ChST'],
  ['Pacific/Pago_Pago Pacific/Midway', 'SST'],
  ['Pacific/Auckland Antarctica/McMurdo NZ', 'NZST', 'NZDT'],
  ['Australia/Sydney Australia/Melbourne Australia/Hobart Australia/Canberra', 'AEST', 'AEDT'],
  ['Australia/Brisbane Australia/Queensland', 'AEST'],
  ['Australia/Adelaide Australia/Broken_Hill', 'ACST', 'ACDT'],
  ['Australia/Darwin', 'ACST'],
  ['Australia/Perth', 'AWST'],
];

function abbreviationsOf(name: string): readonly [standard?: string, daylight?: string] {
  const row = abbreviations.find(([names]) => names.split(' ').includes(name));
  return row === undefined ? [] : [row[1], row[2]];
}
