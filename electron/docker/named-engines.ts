import { AppFailure, appFailure } from '@shared/model/app-error.ts';
import type { EngineStatus } from '@shared/model/engine-status.ts';
import { automaticEngine, type EngineKind, type NamedEngine } from '@shared/model/named-engine.ts';
import type { Settings } from '@shared/model/settings.ts';
import type { Clock, ContainerEngine } from '../engine/ports.ts';
import type { Engines, EngineUse, EngineView, ImageKeeper } from '../engine/ports/engines.ts';
import type { StartInContainer } from './connection/docker-container.ts';
import type { SearchWorld } from './connection/strategy.ts';
import type { ProgramStarter } from './docker-engine.ts';

/** Where one of the engines is looked for, read anew for each search. */
export type EnginePlace = () => Pick<Settings, 'engineHost' | 'embeddedEngine'> & Pick<SearchWorld, 'engineTls'>;

export interface NamedEnginesOptions {
  readonly settings: {
    get(): Settings;
    onChange(listener: () => void): () => void;
  };
  readonly clock: Clock;
  /** Makes an engine that looks for nothing before it is asked to. */
  readonly make: (place: EnginePlace) => MemberEngine;
  /** The same of BuildKit by itself; `keeper` is where images go that stay, and `startInContainer` leads to one in a container. */
  readonly makeBuildKit: (
    named: NamedEngine,
    keeper: () => { readonly name: string; readonly keeper: ImageKeeper },
    startInContainer: StartInContainer,
  ) => MemberEngine;
  /** Instead of the one that is looked for. */
  readonly automatic?: MemberEngine | undefined;
}

/** Those that keep images take them in. */
type MemberEngine = ContainerEngine & Partial<ImageKeeper & ProgramStarter>;

/** An engine under its name, for as long as the settings have it or somebody uses it. */
interface Member {
  readonly name: string;
  readonly kind: EngineKind;
  readonly engine: MemberEngine;
  /** As it was named; another text is another engine. */
  readonly named: string;
  readonly stop: () => void;
  lookedFor: boolean;
  latencyMs?: number;
  lastSeen?: number;
  uses: number;
  removed: boolean;
}

/**
 * Keeps an engine for each name of the settings, and the one that is looked for under {@link automaticEngine}. One that is named
 * otherwise, or no more, is left when nothing of ours goes on there.
 */
export function createNamedEngines({ settings, clock, make, makeBuildKit, automatic }: NamedEnginesOptions): Engines {
  const listeners = new Set<(name: string | undefined, status?: EngineStatus) => void>();
  const members = new Map<string, Member>();
  const closing = new AbortController();
  const leaving = new Set<Promise<void>>();
  let order: readonly string[] = [];

  const tell = (name: string | undefined, status?: EngineStatus) => {
    for (const listener of listeners) listener(name, status);
  };

  function join(name: string, kind: EngineKind, engine: MemberEngine, named: string): Member {
    const member: Member = {
      name,
      kind,
      engine,
      named,
      lookedFor: false,
      uses: 0,
      removed: false,
      stop: engine.onStatus((status) => {
        if (status.state === 'ready') member.lastSeen = clock.now();
        else if (status.state === 'absent') delete member.latencyMs;
        if (!member.removed) tell(name, status);
      }),
    };
    members.set(name, member);
    return member;
  }

  function leave(member: Member): void {
    if (!member.removed || member.uses > 0) return;
    member.stop();
    const left = member.engine.close().catch((error: unknown) => process.emitWarning(String(error)));
    leaving.add(left);
    void left.then(() => leaving.delete(left));
  }

  function bringUpToDate(): void {
    const { engines, defaultEngine } = settings.get();
    const before = JSON.stringify([order, [...members.values()].map(({ named }) => named)]);
    const wanted = new Map(engines.map((engine) => [engine.name, engine]));
    for (const member of members.values()) {
      const engine = wanted.get(member.name);
      if (member.name === automaticEngine || (engine !== undefined && textOf(engine) === member.named)) continue;
      members.delete(member.name);
      member.removed = true;
      leave(member);
    }
    for (const engine of engines) {
      if (members.has(engine.name)) continue;
      const { host: engineHost, tls: engineTls = 'none' } = engine;
      join(
        engine.name,
        engine.kind,
        engine.kind === 'buildkit'
          ? makeBuildKit(engine, keeperOf, startInContainer)
          : make(() => ({ engineHost, engineTls, embeddedEngine: false })),
        textOf(engine),
      );
    }
    const names = [automaticEngine, ...engines.map(({ name }) => name)];
    const first = names.includes(defaultEngine) ? defaultEngine : automaticEngine;
    order = [first, ...names.filter((name) => name !== first)];
    if (before !== JSON.stringify([order, [...members.values()].map(({ named }) => named)])) tell(undefined);
  }

  /** The first that keeps images, in the order in which runs go to them; one that is there, if any is. */
  function keeperOf(): { readonly name: string; readonly keeper: ImageKeeper } {
    const keepers = order.map(member).flatMap(({ name, engine }) => {
      const { load } = engine;
      if (load === undefined) return [];
      const keeper: ImageKeeper = {
        find: (signal) => engine.find(signal),
        load: load.bind(engine),
        layers: (imageId, signal) => engine.layers(imageId, signal),
      };
      return [{ name, ready: engine.status().state === 'ready', keeper }];
    });
    const taken = keepers.find(({ ready }) => ready) ?? keepers[0];
    if (taken === undefined) throw appFailure('engine.notFound', { fixes: [{ kind: 'chooseEngine' }] });
    return taken;
  }

  const startInContainer: StartInContainer = async (name = automaticEngine, container, command, signal) => {
    const engine = members.get(name)?.engine;
    if (engine === undefined) throw new Error(`there is no engine with the name ${name}`);
    if (engine.startProgram === undefined) throw new Error(`the engine ${name} runs no containers`);
    return engine.startProgram(container, command, signal);
  };

  const member = (name: string): Member => {
    const found = members.get(name);
    if (found === undefined)
      throw appFailure('engine.unknown', {
        params: { name, known: order.join(', ') },
        fixes: [{ kind: 'editInputs' }, { kind: 'chooseEngine' }],
      });
    return found;
  };

  async function find(found: Member, signal: AbortSignal): Promise<EngineStatus> {
    found.lookedFor = true;
    const began = performance.now();
    const wasThere = found.engine.status().state === 'ready';
    try {
      await found.engine.find(signal);
      // A search is no measure of how far away it is.
      if (wasThere) found.latencyMs = performance.now() - began;
      found.lastSeen = clock.now();
    } catch (error) {
      if (signal.aborted || !(error instanceof AppFailure)) throw error;
    }
    return found.engine.status();
  }

  join(
    automaticEngine,
    'docker',
    automatic ??
      make(() => {
        const { engineHost, embeddedEngine, defaultEngine, engines } = settings.get();
        // Nobody asks for an engine of our own who has chosen another.
        const chosen = engines.some(({ name }) => name === defaultEngine);
        return { engineHost, embeddedEngine: embeddedEngine && !chosen };
      }),
    '',
  );
  bringUpToDate();
  const stopWatching = settings.onChange(bringUpToDate);

  return {
    list: () =>
      order.map((name): EngineView => {
        const { kind, engine, lookedFor, latencyMs, lastSeen } = member(name);
        return { name, kind, status: engine.status(), lookedFor, latencyMs, lastSeen };
      }),
    find: async (name, signal) => find(member(name), signal),
    lookFor(names) {
      for (const name of names) {
        const found = members.get(name);
        if (found === undefined || found.lookedFor || closing.signal.aborted) continue;
        const look = async () => {
          const { state } = await find(found, closing.signal);
          if (state === 'ready') await find(found, closing.signal);
        };
        look().catch((error: unknown) => {
          if (!closing.signal.aborted && !found.removed) process.emitWarning(String(error));
        });
      }
    },
    use(name): EngineUse {
      const used = member(name);
      used.uses++;
      let released = false;
      return {
        name,
        engine: used.engine,
        release() {
          if (released) return;
          released = true;
          used.uses--;
          leave(used);
        },
      };
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      closing.abort(new Error('the engines were closed'));
      stopWatching();
      listeners.clear();
      for (const each of members.values()) each.stop();
      await Promise.all([...[...members.values()].map(({ engine }) => engine.close()), ...leaving]);
    },
  };
}

function textOf(engine: NamedEngine): string {
  return JSON.stringify([engine.name, engine.host, engine.tls, engine.kind]);
}
