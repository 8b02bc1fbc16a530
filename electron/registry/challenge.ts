/**
 * How a registry wants to know who asks (RFC 9110, 11.6.1; distribution: token authentication). The scope that it names is
 * left out: we know better what we are going to do.
 */
export type Challenge =
  { readonly kind: 'basic' } | { readonly kind: 'bearer'; readonly realm: string; readonly service?: string };

const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const parameter = new RegExp(`^[\\s,]*(${token})\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|(${token}))`);
/** With the one value that some schemes have instead of parameters (`token68`), which is passed over. */
const scheme = new RegExp(`^[\\s,]*(${token})(?:\\s+[A-Za-z0-9._~+/-]+=*(?=\\s*(?:,|$)))?(?=\\s|,|$)`);

/** Longest header that is read: some 8 KiB is what servers send at most. */
const longest = 16_384;

/**
 * The challenge that we can answer, Bearer before Basic; undefined when there is none of either. Unknown schemes and
 * parameters are passed over, and a header that breaks off gives what stood before.
 */
export function parseChallenge(header: string | undefined): Challenge | undefined {
  const all = challengesOf((header ?? '').slice(0, longest));
  for (const { name, parameters } of all) {
    const realm = parameters.get('realm');
    if (name !== 'bearer' || realm === undefined) continue;
    const service = parameters.get('service');
    return { kind: 'bearer', realm, ...(service === undefined ? {} : { service }) };
  }
  return all.some(({ name }) => name === 'basic') ? { kind: 'basic' } : undefined;
}

function challengesOf(header: string) {
  const found: { name: string; parameters: Map<string, string> }[] = [];
  let rest = header;
  while (rest !== '') {
    const pair = parameter.exec(rest);
    const current = found.at(-1);
    if (pair !== null && current !== undefined) {
      const [whole, name = '', quoted, plain = ''] = pair;
      const key = name.toLowerCase();
      if (!current.parameters.has(key)) current.parameters.set(key, quoted?.replace(/\\(.)/g, '$1') ?? plain);
      rest = rest.slice(whole.length);
      continue;
    }
    const start = scheme.exec(rest);
    if (start === null) break;
    found.push({ name: (start[1] ?? '').toLowerCase(), parameters: new Map() });
    rest = rest.slice(start[0].length);
  }
  return found;
}
