/** How Go's log package, and so ACR, stamps a line: `2024/03/09 08:07:08`, in UTC (spec: runs-and-logs 4.1). */
export function engineStamp(time: number): string {
  return new Date(time).toISOString().slice(0, 19).replace('T', ' ').replaceAll('-', '/');
}
