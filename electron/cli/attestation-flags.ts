/** What may stand behind a blank: buildx's options, or a yes or no. */
const value = /^(?:true|false|[a-z-]+=.*)$/;

/** `--sbom` and `--provenance` need no value; the context that may stand behind them is none. */
export function withAttestationValues(words: readonly string[]): string[] {
  return words.map((word, index) => {
    const alone = word === '--sbom' || word === '--provenance';
    return alone && !value.test(words[index + 1] ?? '') ? `${word}=true` : word;
  });
}
