/** The name that was most likely meant: the same in another case, or a few letters off. Undefined when none is near. */
export function nearestName(written: string, names: Iterable<string>): string | undefined {
  if (written.length > 40) return undefined;
  const lower = written.toLowerCase();
  let best: { readonly name: string; readonly distance: number } | undefined;
  for (const name of names) {
    if (Math.abs(name.length - written.length) > 3) continue;
    const distance = editDistance(lower, name.toLowerCase());
    if (
      distance <= Math.min(3, Math.floor(Math.max(written.length, name.length) / 3)) &&
      distance < (best?.distance ?? 4)
    )
      best = { name, distance };
  }
  return best?.name;
}

/** Levenshtein's, and two letters in the wrong order count once. */
function editDistance(one: string, other: string): number {
  let before: number[] = [];
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      let cost = Math.min(
        (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1),
        (row[j] ?? 0) + 1,
        (next[j - 1] ?? 0) + 1,
      );
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1])
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      next.push(cost);
    }
    before = row;
    row = next;
  }
  return row[other.length] ?? 0;
}
