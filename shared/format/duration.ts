/**
 * A duration as a person reads it in a table: `0.4s`, `12.3s`, `3m 05s`, `2h 07m`. Tenths only below a minute.
 * @param ms milliseconds, not negative
 */
export function formatDuration(ms: number): string {
  const tenths = Math.round(ms / 100);
  if (tenths < 600) return `${(tenths / 10).toFixed(1)}s`;
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m ${pad(seconds % 60)}s`;
  return `${Math.floor(minutes / 60)}h ${pad(minutes % 60)}m`;
}

/**
 * A duration in Go's words, as ACR's run footer prints it after rounding to seconds: `0s`, `5s`, `1m5s`, `1h0m5s`
 * (Go's time.Duration.String; spec: runs-and-logs).
 * @param ms milliseconds, not negative
 */
export function formatGoDuration(ms: number): string {
  const total = Math.round(ms / 1000);
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor((total % 3600) / 60);
  const seconds = total % 60;
  if (hours > 0) return `${hours}h${minutes}m${seconds}s`;
  return minutes > 0 ? `${minutes}m${seconds}s` : `${seconds}s`;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
