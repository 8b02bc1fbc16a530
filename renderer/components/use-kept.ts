import { useState } from 'react';

/**
 * The first of equal values, as long as equal ones come: what is made of it is not made again, and what depends on it stands
 * still.
 */
export function useKept<T>(value: T, equal: (one: T, other: T) => boolean): T {
  const [kept, keep] = useState(value);
  if (kept === value || equal(kept, value)) return kept;
  keep(value);
  return value;
}
