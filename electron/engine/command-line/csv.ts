/**
 * Reads one line of comma-separated fields as docker's flags have them (Go's encoding/csv): a field in double quotes may hold
 * commas, and its own quotes twice.
 * @returns undefined when a quote stands where none may
 */
export function csvFields(line: string): readonly string[] | undefined {
  const fields: string[] = [];
  for (let at = 0; at <= line.length; at += 1) {
    const quoted = line[at] === '"';
    const end = quoted ? endOfQuoted(line, at) : endOfPlain(line, at);
    const field = quoted ? line.slice(at + 1, end - 1).replaceAll('""', '"') : line.slice(at, end);
    if (end > line.length || (!quoted && field.includes('"')) || (line[end] ?? ',') !== ',') return undefined;
    fields.push(field);
    at = end;
  }
  return fields;
}

function endOfPlain(line: string, start: number): number {
  const comma = line.indexOf(',', start);
  return comma < 0 ? line.length : comma;
}

/** Behind the closing quote; beyond the line when there is none. */
function endOfQuoted(line: string, start: number): number {
  let at = start + 1;
  while (at < line.length && (line[at] !== '"' || line[at + 1] === '"')) at += line[at] === '"' ? 2 : 1;
  return at + 1;
}
