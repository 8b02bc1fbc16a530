const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/**
 * Bytes in decimal units, as docker counts image sizes: `0 B`, `999 B`, `1.2 kB`, `34 MB`. Two figures that mean something,
 * three from 100 on; `locale` sets the decimal sign.
 */
export function formatBytes(bytes: number, locale = 'en'): string {
  let value = Math.abs(bytes);
  let unit = 0;
  // 999.5 would round up to 1000.
  while (unit < units.length - 1 && value >= (unit === 0 ? 1000 : 999.5)) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 99.5 ? 0 : 1;
  const text = value.toLocaleString(locale, { maximumFractionDigits: digits });
  return `${bytes < 0 ? '-' : ''}${text} ${units[unit]}`;
}
