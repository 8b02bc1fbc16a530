/**
 * Breaks a line at blanks, as Masterminds/goutils does: a blank at a break is left out, other blanks at the beginning of a line
 * too. Words that are too long are left whole, or cut where `breaksWords`.
 */
export function wrap(text: string, width: number, separator: string, breaksWords: boolean): string {
  const parts: string[] = [];
  let offset = 0;
  while (text.length - offset > width) {
    if (text.charAt(offset) === ' ') {
      offset += 1;
      continue;
    }
    const blank = text.slice(offset, offset + width + 1).lastIndexOf(' ');
    if (blank >= 0) {
      parts.push(text.slice(offset, offset + blank), separator);
      offset += blank + 1;
      continue;
    }
    if (breaksWords) {
      parts.push(text.slice(offset, offset + width), separator);
      offset += width;
      continue;
    }
    const next = text.indexOf(' ', offset + width);
    if (next === -1) {
      parts.push(text.slice(offset));
      offset = text.length;
    } else {
      parts.push(text.slice(offset, next), separator);
      offset = next + 1;
    }
  }
  parts.push(text.slice(offset));
  return parts.join('');
}
