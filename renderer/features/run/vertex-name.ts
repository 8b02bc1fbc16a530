/** BuildKit's name of a vertex, taken apart: `[linux/arm64 build 2/5] RUN make`. */
export interface VertexName {
  /** Absent outside of stages. */
  readonly stage: string | undefined;
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
  const platform = words.find((word) => word !== position && /^[a-z0-9]+\/[a-z0-9]+(\/v\d+)?$/.test(word));
  const stage = internal ? undefined : words.find((word) => word !== position && word !== platform);
  return { stage, platform, position, text, internal };
}
