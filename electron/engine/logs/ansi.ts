// oxlint-disable-next-line no-control-regex
const sequences = /\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b\n]*(?:\x07|\x1b\\)?|[ -/]+[0-~]|[0-~])/g;

/**
 * The text without ANSI escape sequences (ECMA-48: CSI, OSC and the other strings, also where they aren't ended), in linear
 * time. Line feeds and carriage returns stay.
 */
export function stripAnsi(text: string): string {
  return text.includes('\x1b') ? text.replace(sequences, '') : text;
}
