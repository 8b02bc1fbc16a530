/** BuildKit's name of a vertex, taken apart: `[linux/arm64 build 2/5] RUN make`. */
export interface VertexName {
  /** Absent outside of stages. */
  readonly stage: string | undefined;
  /** The one that it is made for, wherever it is made. */
  readonly platform: string | undefined;
  /** `2/5`. */
  readonly position: string | undefined;
  readonly text: string;
  /** BuildKit's own doing, such as loading the context: less of interest. */
  readonly internal: boolean;
}

export function parseVertexName(name: string): VertexName {
  const match = /^\[([^\]]*)\]\s*(.*)$/s.exec(name);
  const text = match?.[2];
  if (match === null || text === undefined || text === '') {
    return { stage: undefined, platform: undefined, position: undefined, text: name, internal: false };
  }
  const words = (match[1] ?? '').split(' ').filter((word) => word !== '');
  const internal = words[0] === 'internal' || words[0] === 'auth';
  const position = words.find((word) => /^\d+\/\d+$/.test(word));
  const where = words.find((word) => word !== position && platformWord.test(word));
  const stage = internal ? undefined : words.find((word) => word !== position && word !== where);
  return { stage, platform: where === undefined ? undefined : targetOf(where), position, text, internal };
}

/** `linux/arm64`, and `linux/amd64->arm64` for what is made on the one for the other. */
const platformWord = /^[a-z0-9]+\/[a-z0-9]+(?:\/v\d+)?(?:->[a-z0-9/]+)?$/;

/** Behind the arrow stands what differs: a whole platform, an architecture, or a variant (BuildKit: dockerfile2llb, formatTargetPlatform). */
function targetOf(word: string): string {
  const [made = '', target] = word.split('->');
  if (target === undefined) return made;
  const [os = '', architecture = ''] = made.split('/');
  if (/^v\d+$/.test(target)) return `${os}/${architecture}/${target}`;
  return /^(?:linux|windows)\//.test(target) ? target : `${os}/${target}`;
}
