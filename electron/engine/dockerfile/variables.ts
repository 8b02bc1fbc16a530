/**
 * Fills `$V`, `${V}`, `${V:-default}` and `${V:+other}` as a Dockerfile's `FROM` does. Unknown names give empty text; a
 * backslash keeps a dollar.
 */
export function expandVariables(text: string, values: ReadonlyMap<string, string>): string {
  return text.replaceAll(
    /\\\$|\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?::([-+])([^}]*))?\})/g,
    (
      whole,
      bare: string | undefined,
      braced: string | undefined,
      operator: string | undefined,
      word: string | undefined,
    ) => {
      if (whole === '\\$') return '$';
      const value = values.get(bare ?? braced ?? '') ?? '';
      switch (operator) {
        case '-':
          return value === '' ? expandVariables(word ?? '', values) : value;
        case '+':
          return value === '' ? '' : expandVariables(word ?? '', values);
        default:
          return value;
      }
    },
  );
}
