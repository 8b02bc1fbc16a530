import { createContext, useContext, useEffect, useSyncExternalStore } from 'react';
import { commandFor } from './keyboard.ts';
import type { Command, CommandRegistry } from './registry.ts';
import { createCommandRegistry } from './registry.ts';
import { isMac } from './shortcut.ts';

/** One registry for the window; tests give their own. */
export const CommandContext = createContext<CommandRegistry>(createCommandRegistry());

/** All commands that can be used now. */
export function useCommandList(): readonly Command[] {
  const registry = useContext(CommandContext);
  return useSyncExternalStore(registry.subscribe, registry.all);
}

/** Offers these commands while the component is shown. Keep the list in a `useMemo`. */
export function useCommands(commands: readonly Command[]): void {
  const registry = useContext(CommandContext);
  useEffect(() => registry.add(commands), [registry, commands]);
}

/** Looks up one command, for a button or a tooltip that shows its shortcut. */
export function useCommandById(id: string): Command | undefined {
  return useCommandList().find((command) => command.id === id);
}

/** Runs commands by their shortcuts. Once, at the root. */
export function useShortcuts(singleKeys: boolean): void {
  const registry = useContext(CommandContext);
  useEffect(() => {
    const mac = isMac();
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.repeat) return;
      const command = commandFor(registry.all(), event, event.target, { mac, singleKeys });
      if (command === undefined) return;
      event.preventDefault();
      command.run();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [registry, singleKeys]);
}
