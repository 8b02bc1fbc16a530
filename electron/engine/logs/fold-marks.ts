import type { FoldMark } from '@shared/model/log-line.ts';
import { foldEnd, foldGroup, foldHeading } from './log-files.ts';

const signs = [
  ['##[group]', foldGroup],
  ['##[endgroup]', foldEnd],
  ['--- ', foldHeading],
] as const;
const longest = Math.max(...signs.map(([sign]) => sign.length));
const firstBytes = new Set(signs.map(([sign]) => sign.charCodeAt(0)));

/** The flag of a line that is a fold marker; 0 for every other. `start` is where the line begins, not a piece of it. */
export function foldFlag(bytes: Uint8Array, start: number, end: number): number {
  if (!firstBytes.has(bytes[start] ?? 0)) return 0;
  const head = Buffer.from(bytes.subarray(start, Math.min(end, start + longest + 1))).toString('latin1');
  const [sign, flag] = signs.find(([each]) => head.startsWith(each)) ?? ['', 0];
  // `---` alone parts YAML documents; a heading has words.
  return flag === foldHeading && head.charAt(sign.length).trim() === '' ? 0 : flag;
}

/** What the flags of an entry say about folding. */
export function foldMarkOf(flags: number): FoldMark | undefined {
  if ((flags & foldGroup) !== 0) return 'group';
  if ((flags & foldEnd) !== 0) return 'endgroup';
  return (flags & foldHeading) !== 0 ? 'heading' : undefined;
}
