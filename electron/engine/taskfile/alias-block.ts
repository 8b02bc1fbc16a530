import { DerivedText, type TextMap } from './text-map.ts';

/** A line at column 0 that opens an alias block, and one that ends it. */
const opensBlock = /^alias[\t\n\f\r ]*:/;
const topLevelKey = /^[^\t\n\f\r :][^:]*:/;

/**
 * Cuts the alias blocks out of a file (spec: templating 1, stage 5). Both parts end their lines with a newline alone. As in
 * ACR, a second block right below the first one belongs to the rest.
 */
export function separateAliasBlock(map: TextMap): { readonly alias: TextMap; readonly rest: TextMap } {
  const { text } = map;
  const alias = new DerivedText(text);
  const rest = new DerivedText(text);
  let inside = false;
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    const line = text.slice(start, end).replace(/\r$/, '');
    if (opensBlock.test(line) && !inside) inside = true;
    else if (inside && topLevelKey.test(line)) inside = false;
    const part = inside ? alias : rest;
    part.copy(start, start + line.length);
    if (newline < 0) part.put('\n', { start: end, end });
    else part.copy(newline, newline + 1);
    start = end + 1;
  }
  return { alias: alias.finish(map), rest: rest.finish(map) };
}
