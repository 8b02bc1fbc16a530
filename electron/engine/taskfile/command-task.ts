/**
 * The task file of one command, as `az acr run --cmd` makes it (spec: cli-surface 3). Unlike there, the command is quoted: a
 * `: ` or ` #` in it is no YAML. What the command says is rendered like any other text of a file.
 * @param timeoutSeconds of its only step
 */
export function taskOfCommand(command: string, timeoutSeconds: number | undefined): string {
  const lines = [
    'version: v1.1.0',
    'steps:',
    `  - cmd: ${quoted(command)}`,
    '    disableWorkingDirectoryOverride: true',
    ...(timeoutSeconds === undefined ? [] : [`    timeout: ${timeoutSeconds}`]),
  ];
  return `${lines.join('\n')}\n`;
}

/**
 * A scalar of YAML in one line, so that no line of the command can begin with `#`, which would drop it. Single quotes leave
 * what stands in a template untouched; only what can't stand in them needs double ones.
 */
function quoted(text: string): string {
  // What YAML allows neither in a quoted line nor at all.
  const unprintable =
    /[^\t\x20-\x7e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]|(?<![\ud800-\udbff])[\udc00-\udfff]/;
  if (!unprintable.test(text.replaceAll(/[\ud800-\udbff][\udc00-\udfff]/g, '')))
    return `'${text.replaceAll("'", "''")}'`;
  const escaped = text.replaceAll(/["\\]|[^\t\x20-\x7e]/gu, (letter) => {
    switch (letter) {
      case '"':
      case '\\':
        return `\\${letter}`;
      case '\n':
        return String.raw`\n`;
      default: {
        const code = letter.codePointAt(0) ?? 0;
        return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
      }
    }
  });
  return `"${escaped}"`;
}
