import type { Budget } from '../../limits.ts';
import { decodeBase64 } from '../base-n.ts';

/** As Go's encoding/pem writes a block without headers. */
export function encodePem(type: string, bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${type}-----`, ...lines, `-----END ${type}-----`, ''].join('\n');
}

const begin = '-----BEGIN ';
const end = '-----END ';
const dashes = '-----';

/**
 * The bytes of the first block that is one, by the rules of Go's encoding/pem: what stands before it and behind it is not looked at,
 * nor what it is called. Undefined where there is none.
 */
export function decodePem(budget: Budget, source: Buffer): Buffer | undefined {
  // A letter a byte.
  const text = source.toString('latin1');
  for (let at = nextBegin(text, 0); at !== undefined; at = nextBegin(text, at)) {
    // Each try may look through all the rest.
    budget.spend(10 + ((text.length - at) >> 6));
    const type = lineAt(text, at);
    at = type.next;
    if (!type.line.endsWith(dashes)) continue;
    const headers = skipHeaders(budget, text, at);
    if (headers === undefined) return undefined;
    const block = blockAt(text, headers.at, headers.any, type.line.slice(0, -dashes.length));
    at = headers.at;
    if (block === undefined) continue;
    const bytes = decodeBase64(Buffer.from(block.replaceAll(/[ \t]/g, ''), 'latin1'));
    if (typeof bytes !== 'string') return bytes;
  }
  return undefined;
}

/** Behind the next `-----BEGIN ` that begins a line. */
function nextBegin(text: string, from: number): number | undefined {
  if (text.startsWith(begin, from)) return from + begin.length;
  const found = text.indexOf(`\n${begin}`, from);
  return found < 0 ? undefined : found + 1 + begin.length;
}

function lineAt(text: string, from: number): { readonly line: string; readonly next: number } {
  const found = text.indexOf('\n', from);
  const stop = found < 0 ? text.length : found;
  const line = text.slice(from, found > from && text[stop - 1] === '\r' ? stop - 1 : stop);
  return { line: withoutBlanksBehind(line), next: found < 0 ? stop : stop + 1 };
}

function withoutBlanksBehind(line: string): string {
  let length = line.length;
  while (length > 0 && (line[length - 1] === ' ' || line[length - 1] === '\t')) length -= 1;
  return line.slice(0, length);
}

/** `Key: value` lines. Undefined where the text ends with them. */
function skipHeaders(
  budget: Budget,
  text: string,
  from: number,
): { readonly at: number; readonly any: boolean } | undefined {
  for (let at = from; ;) {
    if (at >= text.length) return undefined;
    budget.spend(1);
    const { line, next } = lineAt(text, at);
    if (!line.includes(':')) return { at, any: at > from };
    at = next;
  }
}

/** What stands there up to the end line of this type. */
function blockAt(text: string, from: number, hasHeaders: boolean, type: string): string | undefined {
  const atOnce = !hasHeaders && text.startsWith(end, from);
  const found = atOnce ? from : text.indexOf(`\n${end}`, from);
  if (found < 0) return undefined;
  const behind = found + end.length + (atOnce ? 0 : 1);
  if (!text.startsWith(`${type}${dashes}`, behind)) return undefined;
  if (lineAt(text, behind + type.length + dashes.length).line !== '') return undefined;
  return text.slice(from, found);
}
