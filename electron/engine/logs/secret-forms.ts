/**
 * The forms in which a secret turns up in a log: as it is, and as programs quote, escape and encode it
 * (spec: reliability-security K1, after the encoders of actions/runner). Not covered: hashes, compression, hexadecimal,
 * reversal, and an encoding of an encoding.
 */

/** Why a value can't be masked: masking it would black out the log, and tell nothing that is worth hiding (K2). */
export type Unmaskable = 'tooShort' | 'commonWord';

/** In characters of a form as it is seen. */
const shortest = 3;
/** Lines of a secret, and parts of it, give themselves away less than the whole: they have to be longer. */
const shortestPart = 4;
const shortestEncodedPart = 8;
/** A form with more lines than this (a certificate bundle) is masked by its plain lines alone. */
const mostEncodedLines = 100;

const commonWords: ReadonlySet<string> = new Set('true false yes off null none undefined default latest'.split(' '));

/** What hinders masking this value; `undefined` when nothing does. */
export function unmaskable(secret: string): Unmaskable | undefined {
  const value = secret.trim();
  if (value.length < shortest) return 'tooShort';
  return commonWords.has(value.toLowerCase()) ? 'commonWord' : undefined;
}

/** Every form of a maskable secret, as text without line feeds. */
export function secretForms(secret: string): ReadonlySet<string> {
  // Half of a surrogate pair can't be encoded; this is how it would be printed.
  const printed = Buffer.from(secret, 'utf8').toString('utf8');
  const value = printed.trim();
  const whole = [...encodings(value), ...base64Forms(printed), ...base64Forms(value)];
  const lines = value.split('\n');
  if (lines.length === 1) return new Set(whole.flatMap((form) => (form.includes('\n') ? parts(form) : [form])));

  const plain = parts(value);
  const encoded =
    lines.length > mostEncodedLines ? [] : plain.flatMap((line) => [...encodings(line), ...base64Forms(line)]);
  return new Set([...whole, ...encoded].flatMap(parts));
}

/** The lines of a form that say something: no brackets on their own, no rulers, no `true`. */
function parts(form: string): readonly string[] {
  const lines = form.split('\n').map((line) => line.trim());
  return lines.filter(
    (line) => line.length >= shortestPart && /[\p{L}\p{N}]/u.test(line) && unmaskable(line) === undefined,
  );
}

function encodings(value: string): readonly string[] {
  const json = JSON.stringify(value).slice(1, -1);
  const uri = encodeURIComponent(value);
  const strictUri = uri.replace(/[!'()*]/g, percentEncoded);
  return [
    value,
    // A command line: Windows', then sh's two ways to put a quote inside single quotes, double quotes, and `printf %q`.
    value.replaceAll('"', String.raw`\"`),
    value.replaceAll("'", String.raw`'\''`),
    value.replaceAll("'", `'"'"'`),
    value.replace(/[\\"$`]/g, String.raw`\$&`),
    value.replace(/[^\p{L}\p{N}\s_@%+=:,./-]| /gu, String.raw`\$&`),
    // An expression of a workflow, SQL or YAML.
    value.replaceAll("'", "''"),
    json,
    json.replace(/[<>&]/g, (character) => String.raw`\u00` + character.charCodeAt(0).toString(16)),
    uri,
    strictUri,
    strictUri.replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase()),
    strictUri.replaceAll('%20', '+'),
    xml(value, '&quot;', '&apos;'),
    xml(value, '&#34;', '&#39;'),
    xml(value, '&quot;', '&#39;'),
    ...withoutQuotes(value),
    ...powerShellParts(value),
  ];
}

function percentEncoded(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

function xml(value: string, quote: string, apostrophe: string): string {
  return value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', quote)
    .replaceAll("'", apostrophe);
}

/** A value that was pasted with its quotes is often printed without them; a short one would mask ordinary words. */
function withoutQuotes(value: string): readonly string[] {
  return value.length > 8 && value.startsWith('"') && value.endsWith('"') ? [value.slice(1, -1)] : [];
}

/** PowerShell, given a value with `&` as a command, prints the parts before and after it on their own. */
function powerShellParts(value: string): readonly string[] {
  const plus = value.indexOf('&+');
  const cut = plus >= 0 ? plus + 2 : value.lastIndexOf('&') + 1;
  if (cut === 0) return [];
  return [value.slice(0, cut), value.slice(plus >= 0 ? cut + 1 : cut)].filter((part) => part.length >= 6);
}

/**
 * Base64 of the value, alone or inside something longer (`user:password`): what stands before it shifts it by none, one
 * or two bytes. The bytes that share a group of four letters with a neighbour can't be told, so only whole groups are
 * looked for, beside the padded end.
 */
function base64Forms(value: string): readonly string[] {
  const bytes = Buffer.from(value, 'utf8');
  const forms: string[] = [];
  for (const shift of [0, 1, 2]) {
    const rest = bytes.subarray(shift);
    const padded = rest.toString('base64');
    const bare = padded.replace(/=+$/, '');
    const wholeGroups = padded.slice(0, Math.floor(rest.length / 3) * 4);
    const found = [padded, bare, wholeGroups].filter(
      (form, index) => form.length >= (shift + index === 0 ? 4 : shortestEncodedPart),
    );
    for (const form of found) forms.push(form, form.replaceAll('+', '-').replaceAll('/', '_'));
    // As `base64` and `openssl base64` wrap it.
    if (shift === 0) for (const columns of [64, 76]) forms.push(wrapped(padded, columns));
  }
  return forms;
}

function wrapped(text: string, columns: number): string {
  return text.replace(new RegExp(`.{${columns}}`, 'g'), '$&\n');
}
