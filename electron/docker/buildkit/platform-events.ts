import type { BuildEvent } from '../../engine/ports.ts';
import type { BuildVertex } from './vertices.ts';

/** What a build of one platform tells. */
export type Listen = (event: BuildEvent) => void;

interface Known {
  readonly number: number;
  /** Which platform's build tells of it; what others tell of the same vertex is the same. */
  readonly teller: string;
  vertex: BuildVertex;
  /** More than one build has it: a stage that is built on the builder's own platform, the context. */
  shared: boolean;
}

/**
 * Makes one build of several that go on side by side in one daemon, as BuildKit itself tells a build of several platforms: vertices
 * carry their platform (`[linux/arm64 2/5] RUN make`), those that all of them need are there once.
 */
export function platformEvents(onEvent: Listen): (platform: string) => Listen {
  const byDigest = new Map<string, Known>();
  /** Each build reads the same Dockerfile, and warns of it. */
  const warned = new Set<string>();
  return (platform) => {
    /** By the numbers of this platform's build. */
    const own = new Map<number, Known>();

    const meet = (vertex: BuildVertex): Known => {
      let known = byDigest.get(vertex.digest);
      if (known === undefined) {
        known = { number: byDigest.size + 1, teller: platform, vertex, shared: false };
        byDigest.set(vertex.digest, known);
      }
      own.set(vertex.number, known);
      return known;
    };
    const tell = ({ number, vertex, teller, shared }: Known) => {
      const name = shared ? vertex.name : withPlatform(vertex.name, teller);
      onEvent({ kind: 'vertex', vertex: { ...vertex, number, name } });
    };

    return (event) => {
      switch (event.kind) {
        case 'vertex': {
          const known = meet(event.vertex);
          if (known.teller === platform) {
            known.vertex = event.vertex;
            return tell(known);
          }
          if (known.shared) return undefined;
          known.shared = true;
          return tell(known);
        }
        case 'log': {
          const known = own.get(event.vertex);
          return known?.teller === platform ? onEvent({ ...event, vertex: known.number }) : undefined;
        }
        case 'warning': {
          const { text, line } = event;
          const about = `${line}\0${text}`;
          if (warned.has(about)) return undefined;
          warned.add(about);
          return onEvent(event);
        }
        case 'sent':
        case 'context':
          return onEvent(event);
      }
    };
  };
}

function withPlatform(name: string, platform: string): string {
  if (/^\[(?:internal|auth)\b/.test(name)) return name;
  return name.startsWith('[') ? `[${platform} ${name.slice(1)}` : `[${platform}] ${name}`;
}
