/** So long before, people are warned; ms. */
const soonMs = 14 * 86_400_000;

export type ExpiryState = 'valid' | 'soon' | 'expired';

/** How a credential stands that ends at `expiresAt` (ISO 8601), at a time in ms. */
export function expiryState(expiresAt: string, now: number): ExpiryState {
  const left = Date.parse(expiresAt) - now;
  if (left <= 0) return 'expired';
  return left <= soonMs ? 'soon' : 'valid';
}
