import type { LucideIcon } from 'lucide-react';
import type { Shortcut } from './shortcut.ts';

/** Where a command stands in the palette and in the keyboard help. */
export const commandGroups = ['go', 'build', 'task', 'run', 'log', 'view', 'app'] as const;
export type CommandGroup = (typeof commandGroups)[number];

/** Something that can be done by palette, shortcut, button or menu: told once, and the same everywhere. */
export interface Command {
  /** Stable and unique: `app.quickBuild`, `run.cancel`. */
  readonly id: string;
  /** As it reads on a button, in the language in force. */
  readonly title: string;
  readonly group: CommandGroup;
  readonly icon?: LucideIcon;
  /** The first is shown; the others work too. */
  readonly shortcuts?: readonly Shortcut[];
  /** Why it can't be used now; absent when it can. */
  readonly disabled?: string;
  /** Works, but isn't offered in the palette. */
  readonly hidden?: boolean;
  readonly run: () => void;
}

/** The commands that can be used now: the app's own, and those of the screens that are shown. */
export interface CommandRegistry {
  /** Adds a screen's commands; one with the id of an earlier one stands in front of it. @returns takes them away */
  readonly add: (commands: readonly Command[]) => () => void;
  /** The same value until something changes. */
  readonly all: () => readonly Command[];
  readonly subscribe: (listener: () => void) => () => void;
}

export function createCommandRegistry(): CommandRegistry {
  const sets = new Set<readonly Command[]>();
  const listeners = new Set<() => void>();
  let current: readonly Command[] = [];

  const change = () => {
    const byId = new Map<string, Command>();
    for (const set of sets) for (const command of set) byId.set(command.id, command);
    current = [...byId.values()];
    for (const listener of listeners) listener();
  };

  return {
    add(commands) {
      // A copy: the same list added twice is taken away one at a time.
      const set = [...commands];
      sets.add(set);
      change();
      return () => {
        sets.delete(set);
        change();
      };
    },
    all: () => current,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
