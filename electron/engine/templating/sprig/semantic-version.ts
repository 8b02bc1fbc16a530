/** A version as Masterminds/semver 1.5 reads it, which is the one that ACR's sprig stands on: parts may be missing. */
export class SemanticVersion {
  readonly major: bigint;
  readonly minor: bigint;
  readonly patch: bigint;
  readonly prerelease: string;
  readonly metadata: string;
  readonly original: string;

  private constructor(numbers: readonly bigint[], prerelease: string, metadata: string, original: string) {
    [this.major = 0n, this.minor = 0n, this.patch = 0n] = numbers;
    this.prerelease = prerelease;
    this.metadata = metadata;
    this.original = original;
  }

  /** The version, or what is wrong with it, in the words of the original. */
  static parse(text: string): SemanticVersion | string {
    const match =
      /^v?([0-9]+)(?:\.([0-9]+))?(?:\.([0-9]+))?(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?$/.exec(
        text,
      );
    if (match === null) return 'Invalid Semantic Version';
    const numbers: bigint[] = [];
    for (const digits of match.slice(1, 4)) {
      const number = BigInt((digits ?? '0').slice(0, 30));
      if (number >= 2n ** 63n)
        return `Error parsing version segment: strconv.ParseInt: parsing "${digits}": value out of range`;
      numbers.push(number);
    }
    return new SemanticVersion(numbers, match[4] ?? '', match[5] ?? '', text);
  }

  toString(): string {
    const prerelease = this.prerelease === '' ? '' : `-${this.prerelease}`;
    return `${this.major}.${this.minor}.${this.patch}${prerelease}${this.metadata === '' ? '' : `+${this.metadata}`}`;
  }

  isSame(other: SemanticVersion): boolean {
    return this.original === other.original && this.toString() === other.toString();
  }

  /** Negative, 0 or positive. Metadata doesn't count. */
  compare(other: SemanticVersion): number {
    for (const part of ['major', 'minor', 'patch'] as const) {
      if (this[part] !== other[part]) return this[part] < other[part] ? -1 : 1;
    }
    if (this.prerelease === other.prerelease) return 0;
    if (this.prerelease === '' || other.prerelease === '') return this.prerelease === '' ? 1 : -1;
    const parts = this.prerelease.split('.');
    const others = other.prerelease.split('.');
    for (let index = 0; index < Math.max(parts.length, others.length); index += 1) {
      const order = comparePart(parts[index] ?? '', others[index] ?? '');
      if (order !== 0) return order;
    }
    return 0;
  }
}

/** Numbers come before words, and nothing before both. */
function comparePart(one: string, other: string): number {
  if (one === other) return 0;
  if (one === '' || other === '') return one === '' ? -1 : 1;
  const isNumber = (text: string) =>
    /^[0-9]+$/.test(text) && (text.length < 20 || BigInt(text.slice(0, 99)) < 2n ** 64n);
  if (isNumber(one) && isNumber(other)) return BigInt(one) > BigInt(other) ? 1 : -1;
  if (isNumber(one) !== isNumber(other)) return isNumber(one) ? -1 : 1;
  return one > other ? 1 : -1;
}
