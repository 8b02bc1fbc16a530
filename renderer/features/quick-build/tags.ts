/** A piece of a tag as it will read: fixed text, or something that is only known when the build runs. */
export type TagPiece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'variable'; readonly name: RunVariable }
  | { readonly kind: 'template'; readonly text: string };

/** Run variables that a tag can name (spec: templating). */
export const runVariables = [
  'ID',
  'Registry',
  'RegistryName',
  'Date',
  'OS',
  'Architecture',
  'Commit',
  'Branch',
  'SharedVolume',
  'TaskName',
] as const;
export type RunVariable = (typeof runVariables)[number];

/** `{{.Run.ID}}`; any other template; `$ID`, which a digit or a letter behind it makes another name. */
const templates = /\{\{-?\s*\.Run\.(\w+)\s*-?\}\}|\{\{.*?\}\}|\$([A-Za-z]+)(?![A-Za-z0-9])/g;

function isRunVariable(name: string | undefined): name is RunVariable {
  return (runVariables as readonly (string | undefined)[]).includes(name);
}

/**
 * Takes a tag's template apart, as far as it can be told before the run. `registry` is known already, so it is filled in.
 */
export function tagPieces(template: string, registry: string): readonly TagPiece[] {
  const pieces: TagPiece[] = [];
  const add = (text: string) => {
    const last = pieces.at(-1);
    if (text === '') return;
    if (last?.kind === 'text') pieces[pieces.length - 1] = { kind: 'text', text: last.text + text };
    else pieces.push({ kind: 'text', text });
  };
  let from = 0;
  for (const match of template.matchAll(templates)) {
    const name = match[1] ?? match[2];
    // `$HOME` and the like are no aliases: they stay as they are.
    if (match[2] !== undefined && (!isRunVariable(name) || name === 'TaskName')) continue;
    add(template.slice(from, match.index));
    from = match.index + match[0].length;
    if (!isRunVariable(name)) pieces.push({ kind: 'template', text: match[0] });
    else if (name === 'Registry' && registry !== '') add(registry);
    else if (name === 'RegistryName' && registry !== '') add(registry.split('.')[0] ?? '');
    else pieces.push({ kind: 'variable', name });
  }
  add(template.slice(from));
  return pieces;
}

/** Where an image goes after the build. */
export type Destination =
  | { readonly kind: 'registry'; readonly host: string }
  /** No registry is named and none is set: it stays in the engine. */
  | { readonly kind: 'engine' }
  /** Pushing is switched off. */
  | { readonly kind: 'notPushed' };

export interface TagPreview {
  readonly pieces: readonly TagPiece[];
  readonly destination: Destination;
}

/**
 * The registry that a name carries itself: its first part, when that has a dot or a port or is `localhost`
 * (Docker's rule, https://pkg.go.dev/github.com/distribution/reference).
 */
export function hostOf(name: string): string | undefined {
  const slash = name.indexOf('/');
  if (slash < 0) return undefined;
  const first = name.slice(0, slash);
  return first === 'localhost' || /[.:]/.test(first) ? first : undefined;
}

/**
 * How a tag will read and where it goes. With a registry, a name without one of its own gets it in front; without one it stays
 * in the engine (spec: README, "Same meaning as ACR, safer on a desk").
 */
export function previewTag(template: string, registry: string, push: boolean): TagPreview {
  const pieces = tagPieces(template, registry);
  const host = hostOf(sampleOf(pieces));
  const destination: Destination = !push
    ? { kind: 'notPushed' }
    : host !== undefined
      ? { kind: 'registry', host }
      : registry === ''
        ? { kind: 'engine' }
        : { kind: 'registry', host: registry };
  const prefixed = host === undefined && registry !== '';
  return { pieces: prefixed ? tagPieces(`${registry}/${template}`, registry) : pieces, destination };
}

/** The tag with a harmless value for what isn't known. */
function sampleOf(pieces: readonly TagPiece[]): string {
  return pieces.map((piece) => (piece.kind === 'text' ? piece.text : 'x')).join('');
}

export type TagProblem = 'unclosed' | 'capitals' | 'name' | 'tag' | 'digest';

// The grammar of image references: https://github.com/distribution/reference/blob/main/regexp.go
const component = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const namePattern = new RegExp(`^${component}(?:/${component})*$`);
const tagPattern = /^\w[\w.-]{0,127}$/;
const hostPattern =
  /^(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*|\[[0-9a-fA-F:]+\])(?::\d+)?$/;

/** What is wrong with a tag, as far as it can be told before its template is filled in; undefined when nothing is. */
export function tagProblem(template: string): TagProblem | undefined {
  const pieces = tagPieces(template, '');
  const sample = sampleOf(pieces);
  if (/\{\{|\}\}/.test(sample)) return 'unclosed';
  if (sample.includes('@')) return 'digest';
  const host = hostOf(sample);
  const rest = host === undefined ? sample : sample.slice(host.length + 1);
  const colon = rest.lastIndexOf(':');
  const name = colon < 0 ? rest : rest.slice(0, colon);
  const tag = colon < 0 ? undefined : rest.slice(colon + 1);
  if (host !== undefined && !hostPattern.test(host)) return 'name';
  if (!namePattern.test(name)) return namePattern.test(name.toLowerCase()) ? 'capitals' : 'name';
  if (tag !== undefined && !tagPattern.test(tag)) return 'tag';
  return undefined;
}
