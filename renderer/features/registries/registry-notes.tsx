import { CalendarClock, Gauge } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { formatExactTime } from '@shared/format/relative-time.ts';
import { expiryState, type ExpiryState } from '@shared/model/credential-expiry.ts';
import { type RateLimit, rateLimitState, type RateLimitState } from '@shared/model/rate-limit.ts';
import type { RegistryCredential } from '@shared/model/registry.ts';
import { cx, RelativeTime, Tooltip, useNow } from '../../components/index.ts';

const expiryLooks: Record<ExpiryState, string> = {
  valid: 'text-ink-3',
  soon: 'text-warning-fg',
  expired: 'text-failed-fg',
};

/** How often what depends on the time is looked at again; ms. */
export const lookAgain = 60_000;

/** When a credential ends, and who says so. */
export function ExpiryNote({ credential: { expiresAt, expiryFrom } }: { readonly credential: RegistryCredential }) {
  const { t, i18n } = useTranslation('registries');
  const now = useNow(lookAgain);
  if (expiresAt === undefined) return null;
  const state = expiryState(expiresAt, now);
  const date = formatExactTime(Date.parse(expiresAt), i18n.language);
  return (
    <Tooltip content={`${date} · ${t(`expiry.from.${expiryFrom ?? 'person'}`)}`}>
      <span className={cx('flex items-center gap-1', expiryLooks[state])}>
        <CalendarClock aria-hidden size={13} strokeWidth={1.75} />
        {t(`expiry.${state}`, { date: expiresAt.slice(0, 10) })}
      </span>
    </Tooltip>
  );
}

const limitLooks: Record<RateLimitState, string> = {
  fine: 'text-ink-3',
  low: 'text-warning-fg',
  out: 'text-failed-fg',
  unknown: 'text-ink-3',
};

/** How much a registry last said may be asked of it, with a bar of what is left. */
export function LimitNote({ rateLimit }: { readonly rateLimit: RateLimit }) {
  const { t, i18n } = useTranslation('registries');
  const now = useNow(lookAgain);
  const { limit, remaining, retryAt, seenAt } = rateLimit;
  const state = rateLimitState(rateLimit, now);
  const waits = state === 'out' && retryAt !== undefined;
  const known = limit !== undefined && remaining !== undefined;
  return (
    <span className={cx('flex flex-wrap items-center gap-x-1.5', limitLooks[state])}>
      <Gauge aria-hidden size={13} strokeWidth={1.75} />
      {waits
        ? t('limit.waits', { time: formatExactTime(Date.parse(retryAt), i18n.language) })
        : known
          ? t(`limit.${state}`, { remaining, limit })
          : t('limit.none')}
      {known && (
        <span aria-hidden className="h-1.5 w-16 overflow-hidden rounded-full bg-line-strong">
          <span
            className="block h-full rounded-full bg-current"
            style={{ width: `${limit === 0 ? 0 : Math.min(100, (100 * remaining) / limit)}%` }}
          />
        </span>
      )}
      <RelativeTime time={seenAt} className="text-ink-3" />
    </span>
  );
}
