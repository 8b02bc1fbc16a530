import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import { describe, expect, inject, it } from 'vitest';
import type { Containers } from '../../engine/ports/containers.ts';
import { leftOf, never, openHome, proxyOf, specOf } from './containers-testing.ts';

const parts = inject('parts');
const image = parts.busybox.local;

/** Something that an engine makes, and what is there before that. */
interface Making {
  readonly name: string;
  /** The request whose answer tells that it is made. */
  readonly request: RegExp;
  readonly prepare?: (containers: Containers) => Promise<string>;
  readonly make: (containers: Containers, prepared: string, signal: AbortSignal) => Promise<unknown>;
}

const makings: readonly Making[] = [
  {
    name: 'a volume',
    request: /^POST \/volumes\/create$/,
    make: (containers, _, signal) => containers.createVolume('ca1', 'workspace', signal),
  },
  {
    name: 'a network',
    request: /^POST \/networks\/create$/,
    make: (containers, _, signal) => containers.createNetwork('ca1', { name: 'quay', ipv6: false }, signal),
  },
  {
    name: 'a container',
    request: /^POST \/containers\/create$/,
    make: (containers, _, signal) => containers.create(specOf(image, ['true']), signal),
  },
  {
    name: 'the container that carries files into a volume',
    request: /^POST \/containers\/create$/,
    prepare: async (containers) => {
      const volume = await containers.createVolume('ca1', 'workspace', never);
      // The image of such containers is there from here on.
      await containers.writeVolume(volume, 'ca1', '/', archive(), never);
      return volume;
    },
    make: (containers, volume, signal) => containers.writeVolume(volume, 'ca1', '/', archive(), signal),
  },
  {
    name: 'an image of a container',
    request: /^POST \/commit$/,
    prepare: (containers) => containers.create(specOf(image, ['true']), never),
    make: (containers, container, signal) => containers.commit(container, 'ca1', signal),
  },
];

describe.each(parts.engines)('what is canceled while Docker Engine $name makes it', ({ host }) => {
  it.each(makings.map((making) => [making.name, making] as const))('is not left behind: %s', async (_, making) => {
    let holds = false;
    let reached: () => void = () => undefined;
    let release: () => void = () => undefined;
    const made = new Promise<void>((resolve) => (reached = resolve));
    const wanted = new Promise<void>((resolve) => (release = resolve));
    const proxy = await proxyOf(host, {
      hold(request) {
        if (!holds || !making.request.test(request)) return undefined;
        reached();
        return wanted;
      },
    });
    const home = openHome(proxy.host);
    const prepared = (await making.prepare?.(home.containers)) ?? '';
    const before = await leftOf(home);
    holds = true;
    const cancel = new AbortController();
    const call = making.make(home.containers, prepared, cancel.signal);
    const outcome = Promise.allSettled([call]);
    await made;
    cancel.abort(new Error('canceled'));
    release();
    expect(await outcome).toMatchObject([{ status: 'rejected', reason: { message: 'canceled' } }]);
    expect(await leftOf(home)).toEqual(before);
  });
});

function archive(): Readable {
  const files = pack();
  files.entry({ name: 'list.txt' }, 'tea');
  files.finalize();
  return Readable.from(files);
}
