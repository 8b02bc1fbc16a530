/** ACR's form of a run id (spec: runs-and-logs 2.1): two letters, one pair for all homes, and a counter in base 36. */
const prefix = 'ca';

export function formatRunId(number: number): string {
  return prefix + number.toString(36);
}

/** The counter in a run id; `undefined` for what is no run id of ours. */
export function parseRunId(runId: string): number | undefined {
  const digits = /^ca([1-9a-z][0-9a-z]{0,9})$/.exec(runId)?.[1];
  return digits === undefined ? undefined : Number.parseInt(digits, 36);
}
