import { createContext, useContext, useEffect, useRef, useSyncExternalStore } from 'react';
import { useKept } from '../components/use-kept.ts';
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

/** Offers these commands while the component is shown. A list that says the same stays; its commands do what the latest ones do. */
export function useCommands(commands: readonly Command[]): void {
  const registry = useContext(CommandContext);
  const latest = useRef(commands);
  useEffect(() => {
    latest.current = commands;
  });
  const said = useKept(commands, saySame);
  useEffect(() => {
    const run = (id: string) => latest.current.find((command) => command.id === id)?.run();
    return registry.add(said.map((command) => ({ ...command, run: () => run(command.id) })));
  }, [registry, said]);
}

function saySame(some: readonly Command[], others: readonly Command[]): boolean {
  return (
    some.length === others.length &&
    some.every((one, index) => {
      const other = others[index];
      return (
        one.id === other?.id &&
        one.title === other.title &&
        one.group === other.group &&
        one.icon === other.icon &&
        one.disabled === other.disabled &&
        one.hidden === other.hidden &&
        one.shortcuts?.join(' ') === other.shortcuts?.join(' ')
      );
    })
  );
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
