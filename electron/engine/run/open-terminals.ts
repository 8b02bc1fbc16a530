import type { ContainerTerminal } from '../ports/containers.ts';

/** Terminals that are open, or about to be. */
export interface OpenTerminals {
  /** Opens one; it is ended with `name`. `asked` and {@link end} give the opening up. */
  open(
    name: string,
    opening: (signal: AbortSignal) => Promise<ContainerTerminal>,
    asked: AbortSignal,
  ): Promise<ContainerTerminal>;
  /** Ends all of a name, or all. Resolves when nothing of them is left. */
  end(name?: string): Promise<void>;
}

export function createOpenTerminals(): OpenTerminals {
  /** How each is ended. */
  const ends = new Map<() => Promise<void>, string>();
  return {
    async open(name, opening, asked) {
      const leaving = new AbortController();
      const opened = opening(AbortSignal.any([asked, leaving.signal]));
      const end = async () => {
        leaving.abort(new Error('nobody waits for this shell any more'));
        // Why it wasn't opened is told to whoever asked for it.
        const terminal = await opened.catch(() => undefined);
        await terminal?.close();
      };
      ends.set(end, name);
      const forget = () => void ends.delete(end);
      try {
        const terminal = await opened;
        terminal.ended.then(forget, forget);
        return terminal;
      } catch (error) {
        forget();
        throw error;
      }
    },
    async end(name) {
      await Promise.all([...ends].flatMap(([end, of]) => (name === undefined || of === name ? [end()] : [])));
    },
  };
}
