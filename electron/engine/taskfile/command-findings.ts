import type { CommandFinding } from '../command-line/command-finding.ts';
import type { Checking } from './checking.ts';
import type { GivenText } from './yaml/fields.ts';
import { placesInScalar, writeInScalar } from './yaml/scalar-places.ts';

/** A command as it is read, and how its places lead back to the scalar: an image alias has taken the place of its first word. */
export interface CommandText {
  readonly text: string;
  readonly given: GivenText;
  /** Length of the alias's image at the beginning, and the stretch of the scalar's text that it stands for. */
  readonly image?: { readonly length: number; readonly from: number; readonly wrote: number };
}

/** Puts in what stands for the first word, which ends at a blank (spec: templating 1, stage 12; A16 to A23). */
export function expandImageAlias(given: GivenText, aliases: ReadonlyMap<string, string>): CommandText {
  const trimmed = trimmedOf(given.value);
  const blank = trimmed.text.indexOf(' ');
  const word = blank < 0 ? trimmed.text : trimmed.text.slice(0, blank);
  const image = aliases.get(word);
  if (image === undefined) return { text: given.value, given };
  return {
    text: image + trimmed.text.slice(word.length),
    given,
    image: { length: image.length, from: trimmed.from, wrote: word.length },
  };
}

function trimmedOf(text: string): { readonly text: string; readonly from: number } {
  const space = '[\\t\\n\\v\\f\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';
  const from = new RegExp(`^${space}*`).exec(text)?.[0].length ?? 0;
  let end = text.length;
  const one = new RegExp(space);
  while (end > from && one.test(text[end - 1] ?? '')) end -= 1;
  return { text: text.slice(from, end), from };
}

/** Tells what was found in a command where it stands in the file, with what to write there instead where that is known. */
export function reportCommand(
  findings: readonly CommandFinding[],
  command: CommandText,
  step: string,
  checking: Checking,
): void {
  const { map } = checking;
  if (findings.length === 0) return;
  const { scalar, value } = command.given;
  const placeIn = placesInScalar(map.text, scalar);
  for (const finding of findings) {
    const { offset, length, inImage } = inScalar(finding, command);
    const place = placeIn(offset, length);
    const rewrite = finding.params['rewrite'];
    const written = place.verbatim && !inImage && map.originOf(place)?.verbatim === true;
    const suggestion =
      typeof rewrite === 'string' && written
        ? writeInScalar(
            rewrite,
            scalar,
            value.slice(Math.max(0, offset - 2), offset),
            value.slice(offset + length, offset + length + 2),
          )
        : undefined;
    checking.findings.addOfCommand(finding, map, place, { step, ...(suggestion === undefined ? {} : { suggestion }) });
  }
}

function inScalar(
  { offset, length }: CommandFinding,
  { image }: CommandText,
): { readonly offset: number; readonly length: number; readonly inImage: boolean } {
  if (image === undefined) return { offset, length, inImage: false };
  const back = (at: number, behind: number) =>
    at >= image.length ? at - image.length + image.from + image.wrote : image.from + behind;
  const start = back(offset, 0);
  const end = back(offset + length, image.wrote);
  return { offset: start, length: Math.max(0, end - start), inImage: offset < image.length };
}
