/** A time in milliseconds since 1970 as ISO 8601 in UTC, as records keep it. */
export function formatMoment(time: number): string {
  return new Date(time).toISOString();
}
